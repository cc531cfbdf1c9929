using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Seckill.Core.Database;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Seckill.Core.Orders.Timeline;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Orders;

/// <summary>How long an order's steps are kept, and what becomes of a timeline whose parts are missing.</summary>
public sealed class OrderTimelineTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Steps_AreForgottenAfterTheirTime_TheOrderStays()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 5);
        await pipeline.StartWorkerAsync();
        ReservationMessage[] orders = [pipeline.Reserve("a"), pipeline.Reserve("b"), pipeline.Reserve("c")];
        await pipeline.FillOutboxAsync(orders);
        OrderTimelineReader reader = new(pipeline.Database, pipeline.Mailboxes, NullLogger<OrderTimelineReader>.Instance);
        await Pipeline.EventuallyAsync(
            async () => (await Task.WhenAll(orders.Select(order => NamesAsync(reader, order.OrderId)))).All(names => names is [.., OrderSteps.Committed, OrderSteps.Appended]),
            "the orders have their steps, the commit's among them", async () => string.Join(" / ", (await Task.WhenAll(orders.Select(order => NamesAsync(reader, order.OrderId)))).Select(names => string.Join(' ', names))));

        await SweepAsync(pipeline, keep: TimeSpan.FromHours(1));
        (await NamesAsync(reader, orders[0].OrderId)).ShouldBe(
            [OrderSteps.Accepted, OrderSteps.Decided, OrderSteps.Taken, OrderSteps.Produced, OrderSteps.Received, OrderSteps.Committed, OrderSteps.Appended]);

        await SweepAsync(pipeline, keep: TimeSpan.FromSeconds(-10));
        foreach (ReservationMessage order in orders)
        {
            (await NamesAsync(reader, order.OrderId)).ShouldBe([OrderSteps.Accepted, OrderSteps.Appended]);
            (await pipeline.FindAsync(order.OrderId))!.Status.ShouldBe(OrderStatus.PendingPayment);
        }

        (await pipeline.ScalarAsync<long>("SELECT COUNT(*) FROM intake_batches")).ShouldBe(0);
    }

    [Fact]
    public async Task AnOrderOfBefore_OrThatCameFromElsewhere_HasWhatIsKnownOfIt()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 5);
        await pipeline.StartWorkerAsync(relay: false);
        ReservationMessage order = pipeline.Reserve("a");
        await pipeline.ProduceAsync([order]);
        await Pipeline.EventuallyAsync(async () => await pipeline.FindAsync(order.OrderId) is not null, "the order is written");
        OrderTimelineReader reader = new(pipeline.Database, pipeline.Mailboxes, NullLogger<OrderTimelineReader>.Instance);

        // Past the outbox: nobody knows when Redis decided.
        string[] names = await NamesAsync(reader, order.OrderId);
        names.ShouldContain(OrderSteps.Produced);
        names.ShouldNotContain(OrderSteps.Decided);
        await pipeline.ExecuteAsync($"UPDATE {OrderTables.Name(OrderTables.Of(order.OrderId))} SET steps = NULL");
        (await NamesAsync(reader, order.OrderId))[0].ShouldBe(OrderSteps.Accepted);
        (await reader.FindAsync(pipeline.NewOrder("a"), Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task WithoutRedis_TheTimelineEndsWithTheRow()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 5);
        await pipeline.StartWorkerAsync();
        ReservationMessage order = pipeline.Reserve("a");
        await pipeline.FillOutboxAsync([order]);
        await Pipeline.EventuallyAsync(async () => await pipeline.FindAsync(order.OrderId) is not null, "the order is written");
        OrderTimelineReader reader = new(pipeline.Database, pipeline.Mailboxes, NullLogger<OrderTimelineReader>.Instance);

        await pipeline.Redis.KillAsync();

        string[] names = await NamesAsync(reader, order.OrderId);
        names.ShouldContain(OrderSteps.Received);
        names.ShouldNotContain(OrderSteps.Appended);
    }

    [Fact]
    public async Task CommitTimes_ThatCannotBeWritten_WaitWithinTheirBound()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 5);
        using IHost host = pipeline.BuildHost((services, configuration) => services.AddOrderIntake(configuration));
        CommitLog log = host.Services.GetRequiredService<CommitLog>();
        for (int i = 0; i < CommitLog.MaxWaiting + 5; i++)
        {
            log.Committed(Guid.NewGuid().ToByteArray());
        }

        await log.FlushAsync(Stop);
        await log.FlushAsync(Stop);

        (await pipeline.ScalarAsync<long>("SELECT COUNT(*) FROM intake_batches")).ShouldBe(CommitLog.MaxWaiting);
    }

    private static async Task<string[]> NamesAsync(OrderTimelineReader reader, OrderId order) =>
        await reader.FindAsync(order, Stop) is { } timeline ? [.. timeline.Steps.Select(step => step.Name)] : [];

    private static Task SweepAsync(Pipeline pipeline, TimeSpan keep) => new TimelineSweep(
        pipeline.Database, new SchemaGate(), Options.Create(new OrderTimelineOptions { Retention = keep }), TimeProvider.System, NullLogger<TimelineSweep>.Instance).SweepAsync(Stop);
}
