using System.CommandLine;
using Seckill.Integration.Orders;
using Seckill.Local;
using Seckill.Local.State;
using Seckill.Ops.Connection;
using Seckill.Ops.Reconciliation;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Ops;

/// <summary><c>./seckill reconcile</c>, as an operator runs it: all it knows is where the local stack keeps its state.</summary>
public sealed class ReconcileCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task UnitsLostFromRedis_Exit1_UntilTheyAreBack()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);
        new StateFile(_directory.Path).Write(new LocalState(
            "none", "none", pipeline.Redis.Endpoint, pipeline.Kafka.BootstrapServers, pipeline.MariaDb.ConnectionString,
            new MetricsUrls("none", "none", "none"), new ProcessIds(0, 0, 0, null, null, 0), new DemoIds("77", "phone")));
        ReceiptKeyFile.Ensure(_directory.Path);

        (await RunAsync("--sale", "77")).ShouldBe(1, "ten units were offered, none is left, and there is no order");
        await pipeline.RedisClient.Database.StringSetAsync(pipeline.Keys.Stock, 10);
        (await RunAsync("--sale", "77")).ShouldBe(0);
        (await Should.ThrowAsync<OpsException>(() => RunAsync("--sale", "78"))).Message.ShouldContain("no sale 78");
    }

    private async Task<int> RunAsync(params string[] arguments)
    {
        Option<DirectoryInfo> data = new("--data") { DefaultValueFactory = _ => new DirectoryInfo(_directory.Path), Recursive = true };
        RootCommand root = new("Operators' commands.") { data, ReconcileCommand.Create(data) };
        return await root.Parse(["reconcile", .. arguments]).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);
    }
}
