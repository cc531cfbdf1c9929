using System.Text.Json;
using Seckill.Local;
using Seckill.Local.State;
using Shouldly;
using Xunit;

namespace Seckill.Integration.LocalServers;

public sealed class StateFileTests
{
    private static readonly LocalState State = new(
        "http://127.0.0.1:1", "http://127.0.0.1:2", "127.0.0.1:3", "127.0.0.1:4,127.0.0.1:5", "server=127.0.0.1;password=secret",
        new MetricsUrls("http://127.0.0.1:1/metrics", "http://127.0.0.1:6/metrics", "http://127.0.0.1:2/metrics"),
        new ProcessIds(11, 12, 13, 14, 15, 16),
        new DemoIds("77", "mug"));

    [Fact]
    public void Written_HasTheNamesThatToolsRead()
    {
        using TemporaryDirectory directory = new();
        new StateFile(directory.Path).Write(State);

        JsonElement json = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(directory.Combine("state.json")));

        Names(json).ShouldBe(["api", "hub", "redis", "kafka", "mysql", "metrics", "pids", "demo"]);
        Names(json.GetProperty("metrics")).ShouldBe(["api", "worker", "hub"]);
        Names(json.GetProperty("pids")).ShouldBe(["api", "worker", "hub", "redis", "mariadb", "stack"]);
        Names(json.GetProperty("demo")).ShouldBe(["saleId", "skuId"]);
        new StateFile(directory.Path).Read().ShouldBe(State);
    }

    [Fact]
    public void HoldsAPassword_OnlyItsOwnerReadsIt()
    {
        using TemporaryDirectory directory = new();
        new StateFile(directory.Path).Write(State);

#pragma warning disable CA1416 // The local stack runs on Linux only.
        File.GetUnixFileMode(directory.Combine("state.json")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"api\": ")]
    public void CutShort_ReadsAsNone(string content)
    {
        using TemporaryDirectory directory = new();
        File.WriteAllText(directory.Combine("state.json"), content);

        new StateFile(directory.Path).Read().ShouldBeNull();
    }

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(property => property.Name);
}
