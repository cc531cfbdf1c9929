using Seckill.Chaos.Audit;
using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Stock;
using Seckill.Local.Processes;
using Seckill.Local.Stack;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Chaos.Windows;

/// <summary>F2: Kafka loses messages that it had acknowledged.</summary>
[Trait(Run.Name, Run.Long)]
public sealed class F02_KafkaForgets : WindowTest
{
    private const int Buyers = 150;

    // A mock partition keeps 5 MiB: ten messages of this size push out whatever stood before them.
    private const int FloodMessages = 10;
    private const int FloodBytes = 600 * 1024;

    private static readonly TimeSpan RelayDeadline = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Goal: a promise is kept although the message about it is gone for good. Method: the intake cannot commit, so that everything which the relay hands over stays unread in Kafka; the Worker is killed;
    /// every partition is flooded until the broker drops its oldest messages; a Worker starts on what is left.
    /// </summary>
    [Fact]
    public Task AcknowledgedMessagesEvicted_EveryWinnerStillGetsTheOrder() => ProveAsync(async (report, stop) =>
    {
        await using ChaosStack stack = await ChaosStack.StartAsync(new(), stop);
        await using Crowd crowd = new(stack);
        ChaosSale sale = await crowd.CreateSaleAsync("forgotten", Buyers + 50, stop);
        ServiceProcess worker = stack.Workers[0];
        await worker.ThrowAtAsync(FaultPoint.AfterInsertBeforeCommit, times: 0);
        await crowd.ArriveAsync(sale, Buyers, ratePerSecond: 100, stop);
        (await Deadline.PollAsync(RelayDeadline, async _ => await OutboxLengthAsync(stack, sale) == 0, stop)).ShouldBeTrue("the relay never handed everything over");
        await worker.KillAsync();

        using KafkaBench kafka = new(stack.Kafka.BootstrapServers, "seckill.order-intake");
        byte[] flood = new byte[FloodBytes];
        for (int i = 0; i < FloodMessages * KafkaTopics.Reservations.Partitions; i++)
        {
            await kafka.ProduceAsync(KafkaTopics.Reservations.Name, null, flood, i % KafkaTopics.Reservations.Partitions, stop, (MessageHeaders.Type, "flood.v1"));
        }

        report.Fired("messages evicted", kafka.Evicted(KafkaTopics.Reservations));
        long started = TimeProvider.System.GetTimestamp();
        await worker.StartAsync(stop);

        AuditResult audit = await ChaosAudit.RunAsync(stack, crowd, sale, stop);
        // The flood itself is unroutable, and rightly so.
        Violation[] broken = [.. audit.Violations.Where(violation => !violation.ToString().Contains("flood.v1", StringComparison.Ordinal))];
        report.Figure("orders", audit.Orders.Count());
        report.Figure("lost", Buyers - audit.Orders.Count());
        report.Figure("until all is written, s", Math.Round(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 1));
        audit.Orders.Count().ShouldBe(Buyers);
        broken.ShouldBeEmpty();
    });

    private static async Task<long> OutboxLengthAsync(ChaosStack stack, ChaosSale sale)
    {
        using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(stack.RedisConnection);
        SaleId id = SaleId.TryParse(sale.Id, out SaleId parsed) ? parsed : throw new FormatException(sale.Id);
        return (long)await redis.GetDatabase().ExecuteAsync("XLEN", new StockKeys(new StockBucket(id, new SkuId(sale.Sku))).Outbox);
    }
}
