using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Diagnostics;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Seckill.Core.Payments;
using Seckill.Core.Stock;
using Seckill.Integration.Orders;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Payments;

/// <summary>From an unpaid order to a unit that sells again, over real servers.</summary>
public sealed class PaymentDeadlineTests
{
    [Fact]
    public async Task UnpaidInTime_CancelledByItsMessage_AndTheUnitSellsAgainOnce()
    {
        await using Till till = await Till.StartAsync(1, ("Seckill:Payments:Window", "00:00:10"), ("Seckill:Payments:SweepGrace", "00:10:00"));
        Pipeline pipeline = till.Pipeline;
        IHost worker = await pipeline.StartWorkerAsync((services, configuration) =>
        {
            services.AddOrderIntake(configuration);
            services.AddPaymentDeadlines(configuration);
            services.AddOrderOutbox(configuration);
        });
        StockStore stock = worker.Services.GetRequiredService<StockStore>();
        ReservationMessage first = pipeline.Reserve("too-slow");
        (await GrabAsync(first)).ShouldBe(StockAnswer.Reserved);
        await pipeline.ProduceAsync([first]);
        await pipeline.StoredAsync(1);
        Order order = (await pipeline.FindAsync(first.OrderId)).ShouldNotBeNull();

        // The grace is ten minutes, so whoever cancels in time has had the message.
        await till.BecomesAsync(order, OrderStatus.Cancelled);
        DateTimeOffset at = (await pipeline.FindAsync(order.Id)).ShouldNotBeNull().UpdatedAt;
        at.ShouldBeGreaterThanOrEqualTo(order.PayBy.ShouldNotBeNull());
        await Pipeline.EventuallyAsync(async () => await till.LeftAsync() == 1, "the unit back");
        await Pipeline.EventuallyAsync(async () => (await pipeline.MailboxAsync(order.User)).Any(message => message.Contains("order.cancelled")), "told");

        ReservationMessage second = pipeline.Reserve("faster");
        (await GrabAsync(second)).ShouldBe(StockAnswer.Reserved);
        (await GrabAsync(pipeline.Reserve("third"))).ShouldBe(StockAnswer.SoldOut);
        await pipeline.ProduceAsync([second]);
        await pipeline.StoredAsync(2);
        (await pipeline.SoldAsync()).ShouldBe(1);
        (await pipeline.CountAsync("status = 'pending-payment'")).ShouldBe(1);
        TopicReader.Read(pipeline, KafkaTopics.OrderEvents, 1).ShouldHaveSingleItem();

        async Task<StockAnswer> GrabAsync(ReservationMessage one) =>
            (await stock.GrabAsync(pipeline.Bucket, new[] { new StockGrab(one.UserId, one.OrderId) }, 0, 0)).Decisions[0].Answer;
    }

    [Fact]
    public async Task MessageLostInKafka_TheSweepCancels_PaidAndYoungOrdersStay()
    {
        await using Till till = await Till.StartAsync(10);
        IReadOnlyList<Order> orders = await till.SellAsync("overdue-1", "overdue-2", "paid");
        await till.SettleAsync(await till.CapturedAsync(orders[2]));
        await till.LetTimePassAsync();
        Order young = await till.SellOneAsync("young");

        await till.Pipeline.StartWorkerAsync((services, configuration) => services.AddPaymentDeadlines(configuration));
        await till.StartOutboxAsync();

        await till.BecomesAsync(orders[0], OrderStatus.Cancelled);
        await till.BecomesAsync(orders[1], OrderStatus.Cancelled);
        await Pipeline.EventuallyAsync(async () => await till.LeftAsync() == 8, "two units back");
        (await till.StatusAsync(orders[2])).ShouldBe(OrderStatus.Paid);
        (await till.StatusAsync(young)).ShouldBe(OrderStatus.PendingPayment);
        (await till.Pipeline.SoldAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task MessagesNobodyCanRead_PutAside_AndAForgedOneCancelsNothing()
    {
        await using Till till = await Till.StartAsync(10, ("Seckill:Payments:SweepInterval", "00:10:00"));
        Order order = await till.SellOneAsync("in-time");
        KafkaRecord forged = PaymentDeadlines.Encode([(order.Id, TimeProvider.System.GetUtcNow().AddSeconds(-1))], TimeSpan.FromSeconds(10)).Single();
        Order overdue = await till.SellOneAsync("overdue");
        await till.Pipeline.ExecuteAsync($"UPDATE {OrderTables.Name(OrderTables.Of(overdue.Id))} SET pay_by = '2026-01-01' WHERE order_id = @id", new { id = overdue.Id.Value });
        await till.Pipeline.Producer.ProduceAsync(
            [forged with { Value = "{"u8.ToArray() }, forged, .. PaymentDeadlines.Encode([(overdue.Id, TimeProvider.System.GetUtcNow())], TimeSpan.FromSeconds(10))], CancellationToken.None);

        await till.Pipeline.StartWorkerAsync((services, configuration) => services.AddPaymentDeadlines(configuration));

        await till.BecomesAsync(overdue, OrderStatus.Cancelled);
        TopicReader.Read(till.Pipeline, KafkaTopics.Unroutable, 1).ShouldHaveSingleItem().Error.ShouldNotBeNull().ShouldContain("not a deadline");
        (await till.StatusAsync(order)).ShouldBe(OrderStatus.PendingPayment);
    }

    [Fact]
    public async Task WorkerGoneBetweenSettlingAndDeleting_ReleasedOnceToldOnce()
    {
        await using Till till = await Till.StartAsync(5);
        Order order = await till.SellOneAsync("unlucky");
        await till.LetTimePassAsync();
        await till.Unpaid.CancelAsync([order.Id]);
        IHost worker = await till.StartOutboxAsync();
        FaultPoints faults = worker.Services.GetRequiredService<FaultPoints>();
        int failures = 0;
        faults.Arm(FaultPoint.AfterSettleBeforeDelete, () => Interlocked.Increment(ref failures) < 3 ? throw new InvalidOperationException("crash") : Task.CompletedTask);

        await till.OutboxEmptiesAsync();

        failures.ShouldBeGreaterThanOrEqualTo(2);
        (await till.LeftAsync()).ShouldBe(5);
        (await till.Pipeline.MailboxAsync(order.User)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task KafkaAway_UnitsReturnAllTheSame_EventsFollow()
    {
        await using Till till = await Till.StartAsync(5);
        IReadOnlyList<Order> orders = await till.SellAsync("a", "b", "c");
        await till.LetTimePassAsync();
        for (int broker = 1; broker <= till.Pipeline.Kafka.Brokers; broker++)
        {
            till.Pipeline.Kafka.SetBrokerDown(broker);
        }

        await till.StartOutboxAsync();
        await till.Unpaid.CancelAsync([.. orders.Select(order => order.Id)]);

        await Pipeline.EventuallyAsync(async () => await till.LeftAsync() == 5, "the units back without Kafka");
        (await till.Pipeline.ScalarAsync<long>("SELECT COUNT(*) FROM order_outbox WHERE work = 'event'")).ShouldBe(3);
        for (int broker = 1; broker <= till.Pipeline.Kafka.Brokers; broker++)
        {
            till.Pipeline.Kafka.SetBrokerUp(broker);
        }

        await till.OutboxEmptiesAsync();
        TopicReader.Read(till.Pipeline, KafkaTopics.OrderEvents, 3).Count.ShouldBeGreaterThanOrEqualTo(3);
    }
}
