using System.Text.Json;
using Seckill.LoadTests.PushFanout;
using Seckill.Local;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.PushFanout;

/// <summary>The command as it is run, small: against our hub, a stock one and raw sockets as processes, over a real Redis. What it measures here means nothing; that it measures, and loses nothing, does.</summary>
public sealed class PushFanoutCommandTests
{
    [Fact]
    public async Task SmallRun_WritesEveryFigureAndAVerdict_AndLosesNothing()
    {
        JsonElement report = await RunAsync(connections: 40, ["fan-out", "storm"]);

        JsonElement figures = report.GetProperty("figures");
        foreach (string figure in (string[])["fan-out.ours.perSecond", "fan-out.stock.perSecond", "fan-out.raw.perSecond", "fan-out.ours.p99Ms", "fan-out.sent", "storm.seconds"])
        {
            figures.GetProperty(figure).GetDouble().ShouldBeGreaterThan(0, figure);
        }

        figures.GetProperty("storm.sent").GetInt64().ShouldBe(40 * 20);
    }

    // Some two minutes: seven phases, each with processes of its own.
    [Fact]
    [Trait("run", "long")]
    public async Task EveryPhase_JudgesAllFloors_AndLosesNothing()
    {
        JsonElement report = await RunAsync(connections: 200, [.. PushRun.PhaseNames]);

        report.GetProperty("floors").GetArrayLength().ShouldBe(PushFloor.All.Count);
    }

    [Theory]
    [InlineData("--connections", "9")]
    [InlineData("--rounds", "0")]
    [InlineData("--seconds", "16")]
    [InlineData("--phase", "nothing")]
    public async Task NonsenseIsRefused_BeforeAnythingIsStarted(string option, string value) =>
        (await PushFanoutCommand.Create().Parse([option, value]).InvokeAsync()).ShouldBe(1);

    /// <summary>Runs it. Whether the floors are kept is a matter of this machine's speed; everything else is not.</summary>
    private static async Task<JsonElement> RunAsync(int connections, string[] phases)
    {
        using TemporaryDirectory directory = new();
        string file = directory.Combine("report.json");
        int code = await PushFanoutCommand.Create()
            .Parse(["--connections", $"{connections}", "--rounds", "1", "--seconds", "1", "--out", file, .. phases.SelectMany(phase => (string[])["--phase", phase])])
            .InvokeAsync();

        JsonElement report = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(file));
        code.ShouldBe(report.GetProperty("passed").GetBoolean() ? 0 : 1);
        foreach (JsonElement floor in report.GetProperty("floors").EnumerateArray().Where(floor => floor.GetProperty("isAudit").GetBoolean()))
        {
            floor.GetProperty("verdict").GetString().ShouldBe("kept", floor.GetProperty("threshold").GetString());
        }

        foreach (string other in (string[])["report.html", "report.md"])
        {
            File.ReadAllText(directory.Combine(other)).ShouldContain(report.GetProperty("verdict").GetString()!);
        }

        return report;
    }
}
