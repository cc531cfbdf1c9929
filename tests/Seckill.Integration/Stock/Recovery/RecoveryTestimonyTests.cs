using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Recovery;
using Seckill.Integration.Orders;
using Shouldly;
using Xunit;
using static Seckill.Integration.Stock.Recovery.RecoveryBench;

namespace Seckill.Integration.Stock.Recovery;

/// <summary>Winners whom only Api nodes remember have their orders, or hear why not. Real Redis, MariaDB and Kafka protocol; the Api is played by bare calls.</summary>
public sealed class RecoveryTestimonyTests
{
    /// <summary>Goal: a promise outlives Redis and, once testified to, the node that made it. Method: ten winners are forgotten before any relay has read them; a node lays three of them down and is gone.</summary>
    [Fact]
    public async Task WinnersTestifiedTo_HaveTheirOrders_WhenTheBucketOpens()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 5);
        await pipeline.WarmAsync();
        WitnessedWinner[] told = await WinAsync(pipeline, "alice", "bob", "carol");
        await pipeline.Redis.RestartEmptyAsync(TestContext.Current.CancellationToken);
        await TestifyAsync(pipeline, told);

        await pipeline.StartWorkerAsync(recovery: true);
        await RefusedUntilOpenAsync(pipeline, epoch: 2);

        (await pipeline.Stock.LookAsync(pipeline.Bucket)).ShouldSatisfyAllConditions(look => look.Left.ShouldBe(2), look => look.Testimony.ShouldBe(0));
        await pipeline.StoredAsync(3);
        foreach (WitnessedWinner winner in told)
        {
            (await pipeline.FindAsync(winner.Order))!.Status.ShouldBe(OrderStatus.PendingPayment);
        }
    }

    /// <summary>More promises than units, as when a forgetful Redis went on selling: the first orders are honoured, the others fail by name. What a row has decided, and what is no testimony at all, takes no unit.</summary>
    [Fact]
    public async Task MoreTestifiedToThanUnits_TheLastFailByName_AndWhatIsSettledTakesNone()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 3);
        await pipeline.WarmAsync();
        ReservationMessage stored = pipeline.Reserve("stored");
        WitnessedWinner[] told = [.. Enumerable.Range(0, 5).Select(i => new WitnessedWinner(new UserId($"user-{i}"), pipeline.NewOrder($"user-{i}"), 1, 2 + i, TimeProvider.System.GetUtcNow()))];
        await pipeline.Redis.RestartEmptyAsync(TestContext.Current.CancellationToken);
        await pipeline.ProduceAsync([stored]);
        await TestifyAsync(pipeline, [.. told.Reverse(), new WitnessedWinner(stored.UserId, stored.OrderId, 1, 2, stored.ReservedAt)]);
        await pipeline.RedisClient.Database.HashSetAsync(pipeline.Keys.Testimony, "not an order", "no winner");

        await pipeline.StartWorkerAsync(recovery: true);
        await RefusedUntilOpenAsync(pipeline, epoch: 2);
        await pipeline.StoredAsync(6);

        (await pipeline.CountAsync("status = 'pending-payment'")).ShouldBe(3);
        (await pipeline.SoldAsync()).ShouldBe(3);
        (await pipeline.FindAsync(stored.OrderId))!.Status.ShouldBe(OrderStatus.PendingPayment);
        foreach ((WitnessedWinner winner, int i) in told.Select((winner, i) => (winner, i)))
        {
            (await pipeline.FindAsync(winner.Order))!.Status.ShouldBe(i < 2 ? OrderStatus.PendingPayment : OrderStatus.Failed, $"winner {i}");
        }

        await Pipeline.EventuallyAsync(async () => (await pipeline.MailboxAsync(told[4].User)).Any(message => message.Contains("order.failed", StringComparison.Ordinal)), "the last one told");
        (await pipeline.Stock.LookAsync(pipeline.Bucket)).ShouldSatisfyAllConditions(look => look.Left.ShouldBe(0), look => look.Testimony.ShouldBe(0));
    }

    /// <summary>A node that was cut off while the bucket was rebuilt testifies when it is open again.</summary>
    [Fact]
    public async Task TestimonyThatComesLate_IsHeardWhileTheBucketSells()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 5);
        await pipeline.WarmAsync();
        WitnessedWinner[] told = await WinAsync(pipeline, "alice");
        await pipeline.Redis.RestartEmptyAsync(TestContext.Current.CancellationToken);
        await pipeline.StartWorkerAsync(recovery: true);
        await RefusedUntilOpenAsync(pipeline, epoch: 2);

        await TestifyAsync(pipeline, told);

        await pipeline.StoredAsync(1);
        (await pipeline.FindAsync(told[0].Order))!.Status.ShouldBe(OrderStatus.PendingPayment);
        await Pipeline.EventuallyAsync(async () => (await pipeline.Stock.LookAsync(pipeline.Bucket)) is { Testimony: 0, Left: 4, IsFenced: false, Epoch: 2 }, "it was taken away");
    }

    /// <summary>Goal: a promise of a sale's last seconds is kept. Method: Redis forgets the winners, and when a Worker comes to look the sale is over, or closed by hand. The units left are back in a bucket that stands open.</summary>
    [Theory]
    [InlineData("ends_at = UTC_TIMESTAMP(3) - INTERVAL 5 SECOND")]
    [InlineData("state = 'closed'")]
    public async Task SaleIsOver_WinnersTestifiedTo_HaveTheirOrders(string end)
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 5);
        await pipeline.WarmAsync();
        WitnessedWinner[] told = await WinAsync(pipeline, "alice", "bob", "carol");
        await pipeline.Redis.RestartEmptyAsync(TestContext.Current.CancellationToken);
        await TestifyAsync(pipeline, told);
        await pipeline.ExecuteAsync($"UPDATE sales SET {end}");

        await pipeline.StartWorkerAsync(recovery: true);

        await pipeline.StoredAsync(3);
        foreach (WitnessedWinner winner in told)
        {
            (await pipeline.FindAsync(winner.Order))!.Status.ShouldBe(OrderStatus.PendingPayment);
        }

        await Pipeline.EventuallyAsync(
            async () => await pipeline.Stock.LookAsync(pipeline.Bucket) is { Testimony: 0, Left: 2, IsFenced: false, Epoch: 2 }, "the bucket stands open");
    }

    /// <summary>As above, and the first runner dies with the new life in place and the testimony unheard.</summary>
    [Fact]
    public async Task SaleIsOver_RunnerDiesBeforeTestimonyIsHeard_TheNextOneMakesTheOrders()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 5);
        await pipeline.WarmAsync();
        WitnessedWinner[] told = await WinAsync(pipeline, "alice");
        await pipeline.Redis.RestartEmptyAsync(TestContext.Current.CancellationToken);
        await TestifyAsync(pipeline, told);
        await pipeline.ExecuteAsync("UPDATE sales SET ends_at = UTC_TIMESTAMP(3) - INTERVAL 5 SECOND");
        FaultPoints faults = new();
        faults.Arm(FaultPoint.AfterSwapBeforeOpen, () => throw new InvalidOperationException("Killed here."));
        IHost first = await pipeline.StartWorkerAsync((services, configuration) => services.AddSingleton(faults).AddStockRecovery(configuration));
        await Pipeline.EventuallyAsync(() => Task.FromResult(faults.Fired(FaultPoint.AfterSwapBeforeOpen) > 0), "the first runner at its step");
        await first.StopAsync(TestContext.Current.CancellationToken);
        (await pipeline.CountAsync("1 = 1")).ShouldBe(0);

        await pipeline.StartWorkerAsync(recovery: true);

        await pipeline.StoredAsync(1);
        (await pipeline.FindAsync(told[0].Order))!.Status.ShouldBe(OrderStatus.PendingPayment);
    }
}
