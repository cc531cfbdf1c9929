using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Recovery;
using Seckill.Integration.Orders;
using Seckill.Local.Servers;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Stock.Recovery;

/// <summary>A Redis that forgot is noticed, closed, rebuilt and opened by the Workers alone. Real Redis, MariaDB and Kafka protocol; the Api is played by bare calls.</summary>
public sealed class StockRecoveryTests
{
    public static TheoryData<FaultPoint> Steps =>
    [
        FaultPoint.AfterFenceBeforeDrain, FaultPoint.AfterDrainBeforeEpoch, FaultPoint.AfterEpochBeforeLoad, FaultPoint.AfterLoadBeforeSwap, FaultPoint.AfterSwapBeforeOpen,
        FaultPoint.AfterOpen,
    ];

    /// <summary>Goal: F7, an empty Redis sells nothing before it was rebuilt, and then exactly what is left. Method: 20 of 50 units are orders; Redis is killed and comes back empty, asked all the while by a node without memory.</summary>
    [Fact]
    public async Task RedisComesBackEmpty_NothingSoldBeforeTheRebuild_ThenExactlyTheRest()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 50);
        await pipeline.WarmAsync();
        await pipeline.StartWorkerAsync(recovery: true);
        string[] early = [.. Enumerable.Range(0, 20).Select(i => $"user-{i}")];
        StockReply first = await pipeline.GrabAsync(early);
        await pipeline.StoredAsync(20);
        await WatchedAsync(pipeline);

        await pipeline.Redis.KillAsync();
        await pipeline.Redis.StartAsync(TestContext.Current.CancellationToken);
        int refused = await RefusedUntilOpenAsync(pipeline, epoch: 2);

        refused.ShouldBeGreaterThan(0, "nobody asked while it was empty");
        (await pipeline.Stock.LookAsync(pipeline.Bucket)).ShouldSatisfyAllConditions(look => look.Left.ShouldBe(30), look => look.Total.ShouldBe(50), look => look.Limit.ShouldBe(1));
        (await pipeline.GrabAsync(early)).Decisions.ShouldBe(first.Decisions.Select(decision => decision with { Answer = StockAnswer.AlreadyGrabbed }));
        StockReply late = await pipeline.GrabAsync(Enumerable.Range(0, 40).Select(i => $"late-{i}"));
        late.Decisions.Count(decision => decision.Answer is StockAnswer.Reserved).ShouldBe(30);
        await pipeline.StoredAsync(50);
        (await pipeline.SoldAsync()).ShouldBe(50);
        (await pipeline.CountAsync("status = 'failed'")).ShouldBe(0);
    }

    /// <summary>Goal: with MySQL gone as well, a Redis that forgot is closed all the same; it is rebuilt when MySQL is back. Method: MySQL is killed first, and the list of buckets is long due when Redis dies.</summary>
    [Fact]
    public async Task RedisComesBackEmptyWhileMySqlIsAway_FencedAtOnce_RebuiltWhenItIsBack()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 50, new Dictionary<string, string?> { ["Seckill:Recovery:ListInterval"] = "00:00:00.010" });
        await pipeline.WarmAsync();
        await pipeline.StartWorkerAsync(recovery: true);
        await pipeline.GrabAsync([.. Enumerable.Range(0, 20).Select(i => $"user-{i}")]);
        await pipeline.StoredAsync(20);
        await WatchedAsync(pipeline);

        await pipeline.MariaDb.KillAsync();
        await pipeline.Redis.KillAsync();
        await pipeline.Redis.StartAsync(TestContext.Current.CancellationToken);
        await Pipeline.EventuallyAsync(async () => await LookAsync(pipeline) is { IsFenced: true }, "a fence without MySQL");
        await pipeline.MariaDb.StartAsync(TestContext.Current.CancellationToken);
        await RefusedUntilOpenAsync(pipeline, epoch: 2);

        (await pipeline.Stock.LookAsync(pipeline.Bucket)).Left.ShouldBe(30);
    }

    /// <summary>Goal: a MySQL that is slow, or has many buckets to take note of, delays the watch and does not end it. Method: each note takes longer than one list is waited for; a lost bucket joins the list meanwhile.</summary>
    [Fact]
    public async Task ListTakesLongerThanItIsWaitedFor_IsTakenUpWhenItComes()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 5);
        await pipeline.WarmAsync();
        await pipeline.ExecuteAsync("CREATE TRIGGER slow BEFORE INSERT ON bucket_watch FOR EACH ROW SET NEW.seen_at = IF(SLEEP(2) = 0, NEW.seen_at, NEW.seen_at)");
        await pipeline.StartWorkerAsync(recovery: true);
        await WatchedAsync(pipeline);

        await InsertSaleAsync(pipeline, 1, "scheduled", TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1));

        StockBucket late = new(new SaleId(1), pipeline.Bucket.Sku, 0);
        await Pipeline.EventuallyAsync(async () => await pipeline.Stock.LookAsync(late) is { IsWhole: true, IsFenced: false }, "the lost bucket is found and rebuilt");
    }

    /// <summary>Goal: a runner that dies at any step is followed by another. Method: the first pass of each step throws, which ends that run of the recovery as a kill would.</summary>
    [Theory]
    [MemberData(nameof(Steps))]
    public async Task RunnerDiesAtAStep_TheNextOneFinishes(FaultPoint step)
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 30);
        await pipeline.WarmAsync();
        IHost worker = await pipeline.StartWorkerAsync(recovery: true);
        FaultPoints faults = worker.Services.GetRequiredService<FaultPoints>();
        await pipeline.GrabAsync(Enumerable.Range(0, 10).Select(i => $"user-{i}"));
        await pipeline.StoredAsync(10);
        await WatchedAsync(pipeline);
        int passes = 0;
        faults.Arm(step, () => Interlocked.Increment(ref passes) == 1 ? throw new InvalidOperationException("Killed here.") : Task.CompletedTask);

        await pipeline.Redis.KillAsync();
        await pipeline.Redis.StartAsync(TestContext.Current.CancellationToken);
        await RefusedUntilOpenAsync(pipeline, epoch: 2);

        await Pipeline.EventuallyAsync(() => Task.FromResult(faults.Fired(step) > 0), "the fault");
        (await pipeline.Stock.LookAsync(pipeline.Bucket)).Left.ShouldBe(20);
        (await pipeline.ScalarAsync<long>("SELECT epoch FROM stock_guard")).ShouldBe(2);
        await StaysOpenAsync(pipeline, epoch: 2);
    }

    /// <summary>Two Workers, one of them held at a step with the lock in its hand while its connection to MySQL is cut: both then do the same recovery.</summary>
    [Fact]
    public async Task TwoRunnersAtOnce_DoNoHarm()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 30);
        await pipeline.WarmAsync();
        IHost slow = await pipeline.StartWorkerAsync(recovery: true);
        await pipeline.GrabAsync(Enumerable.Range(0, 10).Select(i => $"user-{i}"));
        await pipeline.StoredAsync(10);
        await WatchedAsync(pipeline);
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FaultPoints faults = slow.Services.GetRequiredService<FaultPoints>();
        faults.Arm(FaultPoint.AfterLoadBeforeSwap, () => held.Task);

        await pipeline.Redis.KillAsync();
        await pipeline.Redis.StartAsync(TestContext.Current.CancellationToken);
        await Pipeline.EventuallyAsync(() => Task.FromResult(faults.Fired(FaultPoint.AfterLoadBeforeSwap) > 0), "the first runner at its step");
        await pipeline.StartWorkerAsync(relay: false, intake: false, recovery: true);
        long holder = await pipeline.ScalarAsync<long>("SELECT IS_USED_LOCK(CONCAT('seckill-recovery:', DATABASE()))");
        await pipeline.ExecuteAsync($"KILL {holder}");
        await RefusedUntilOpenAsync(pipeline, epoch: 2);
        StockReply sold = await pipeline.GrabAsync("late");
        held.SetResult();

        await pipeline.StoredAsync(11);
        await StaysOpenAsync(pipeline, epoch: 2);
        (await pipeline.Stock.LookAsync(pipeline.Bucket)).Left.ShouldBe(19);
        (await pipeline.Stock.FindHeldAsync(pipeline.Bucket, new UserId("late"))).ShouldBe([sold.Decisions[0].Order]);
    }

    /// <summary>The server changes within the second in which the bucket was made, before MySQL has it on record; it kept its data, so only its name gives it away.</summary>
    [Fact]
    public async Task ServerChangesBeforeTheBucketIsOnRecord_IsStillALoss()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 30, new Dictionary<string, string?> { ["Seckill:Recovery:ListInterval"] = "00:00:20" }, RedisPersistence.Always);
        await pipeline.WarmAsync();
        await pipeline.StartWorkerAsync(recovery: true);
        await pipeline.GrabAsync("user-0");
        await pipeline.StoredAsync(1);
        (await pipeline.ScalarAsync<long>("SELECT COUNT(*) FROM bucket_watch")).ShouldBe(0);

        await pipeline.Redis.KillAsync();
        await pipeline.Redis.StartAsync(TestContext.Current.CancellationToken);

        await RefusedUntilOpenAsync(pipeline, epoch: 2);
        (await pipeline.Stock.LookAsync(pipeline.Bucket)).Left.ShouldBe(29);
    }

    /// <summary>Redis lost the bucket's version, not its keys, as a replica that was behind has: seen at the next look, though the server is the same.</summary>
    [Fact]
    public async Task VersionBelowTheOneSeen_IsFencedAndRebuilt()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 30);
        await pipeline.WarmAsync();
        await pipeline.StartWorkerAsync(recovery: true);
        await pipeline.GrabAsync(Enumerable.Range(0, 10).Select(i => $"user-{i}"));
        await pipeline.StoredAsync(10);
        await Pipeline.EventuallyAsync(async () => await pipeline.ScalarAsync<long?>("SELECT MAX(version) FROM bucket_watch") == 2, "the version noted");
        IDatabase db = pipeline.RedisClient.Database;
        await db.StringSetAsync(pipeline.Keys.Stock, 30);
        await db.KeyDeleteAsync(pipeline.Keys.Buyers);
        await db.HashSetAsync(pipeline.Keys.Meta, "version", 1);

        await RefusedUntilOpenAsync(pipeline, epoch: 2);

        (await pipeline.Stock.LookAsync(pipeline.Bucket)).Left.ShouldBe(20);
        (await db.HashLengthAsync(pipeline.Keys.Buyers)).ShouldBe(10);
    }

    /// <summary>Reservations that still lie in the outbox of a Redis that kept its data are orders before the stock is counted.</summary>
    [Fact]
    public async Task RestartWithDataKept_WhatWasInTheOutboxIsDrainedFirst()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 30);
        await pipeline.WarmAsync();
        await pipeline.ExecuteAsync("INSERT INTO bucket_watch (sale_id, sku_id, run_id, epoch, version, seen_at) VALUES (77, 'phone', 'another-life', 1, 1, '2026-01-01')");
        await pipeline.GrabAsync(Enumerable.Range(0, 10).Select(i => $"user-{i}"));
        (await pipeline.OutboxLengthAsync()).ShouldBe(1);

        await pipeline.StartWorkerAsync(recovery: true);
        await RefusedUntilOpenAsync(pipeline, epoch: 2);

        (await pipeline.CountAsync("status = 'pending-payment'")).ShouldBe(10);
        (await pipeline.Stock.LookAsync(pipeline.Bucket)).Left.ShouldBe(20);
    }

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

    /// <summary>A sale that was closed by hand may be opened by hand until its window is over, so only the window counts.</summary>
    [Fact]
    public async Task BucketsAreWatched_UntilTheirSaleHasBeenOverForTheOptionsTime()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 5);
        await pipeline.WarmAsync();
        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        TimeSpan watch = new RecoveryOptions().WatchAfterEnd;
        TimeSpan minute = TimeSpan.FromMinutes(1);
        foreach ((int sale, string state, DateTime endsAt) in new[]
        {
            (1, "scheduled", now + minute), (2, "scheduled", now - watch + minute), (3, "scheduled", now - watch - minute),
            (4, "closed", now + minute), (5, "closed", now - watch + minute), (6, "closed", now - watch - minute),
        })
        {
            await InsertSaleAsync(pipeline, sale, state, endsAt);
        }

        using IHost worker = pipeline.BuildHost((services, configuration) => services.AddStockRecovery(configuration));
        IReadOnlyList<GuardedBucket> watched = await worker.Services.GetRequiredService<RecoveryStore>().ListAsync(TestContext.Current.CancellationToken);

        watched.Select(guarded => guarded.Bucket.Sale.Value).ShouldBe([77, 5, 4, 2, 1]);
    }

    // Another sale like the pipeline's; MySQL says that its bucket is warm.
    private static async Task InsertSaleAsync(Pipeline pipeline, int sale, string state, DateTime endsAt)
    {
        await pipeline.ExecuteAsync(
            "INSERT INTO sales (sale_id, name, starts_at, ends_at, state, restricted, version, created_at) SELECT @sale, name, starts_at, @endsAt, @state, restricted, version, created_at FROM sales WHERE sale_id = 77",
            new { sale, state, endsAt });
        await pipeline.ExecuteAsync("INSERT INTO sale_items SELECT @sale, sku_id, position, name, price, stock, per_user_limit, buckets FROM sale_items WHERE sale_id = 77", new { sale });
        await pipeline.ExecuteAsync("INSERT INTO stock_guard SELECT @sale, sku_id, units, sold, warmed_at, epoch FROM stock_guard WHERE sale_id = 77", new { sale });
    }

    private static async Task<WitnessedWinner[]> WinAsync(Pipeline pipeline, params string[] users)
    {
        StockReply reply = await pipeline.GrabAsync(users);
        reply.Decisions.ShouldAllBe(decision => decision.Answer == StockAnswer.Reserved);
        return [.. users.Zip(reply.Decisions, (user, decision) => new WitnessedWinner(new UserId(user), decision.Order, reply.Epoch, reply.Version, TimeProvider.System.GetUtcNow()))];
    }

    private static Task TestifyAsync(Pipeline pipeline, IReadOnlyCollection<WitnessedWinner> winners) =>
        Pipeline.EventuallyAsync(
            async () =>
            {
                await new TestimonyStore(pipeline.RedisClient).AddAsync(pipeline.Bucket, winners);
                return true;
            },
            "Redis is back");

    // Asks as a node without memory would, until the bucket lives in the epoch; nothing may be decided in a life that has ended.
    private static async Task<int> RefusedUntilOpenAsync(Pipeline pipeline, long epoch)
    {
        int refused = 0;
        await Pipeline.EventuallyAsync(
            async () =>
            {
                if (await LookAsync(pipeline) is not { } look)
                {
                    return false;
                }

                if (look is { IsFenced: false, IsWhole: true } && look.Epoch >= epoch)
                {
                    look.Epoch.ShouldBe(epoch);
                    return true;
                }

                if (look.IsFenced || !look.IsWhole)
                {
                    StockReply reply = await pipeline.GrabAsync("user-0");
                    (reply.Status is StockStatus.Fenced or StockStatus.NotWarmed || reply.Epoch == epoch).ShouldBeTrue($"{reply}");
                    refused++;
                }

                return false;
            },
            "the bucket sells again",
            async () => $"{await pipeline.Stock.LookAsync(pipeline.Bucket)}, rows {await pipeline.CountAsync("1 = 1")}, guard's epoch {await pipeline.ScalarAsync<long>("SELECT epoch FROM stock_guard")}");
        return refused;
    }

    // Null while Redis is coming up.
    private static async Task<BucketLook?> LookAsync(Pipeline pipeline)
    {
        try
        {
            return await pipeline.Stock.LookAsync(pipeline.Bucket);
        }
        catch (StockUnavailableException)
        {
            return null;
        }
    }

    // Until a Worker has put the bucket on record, a loss could not be told from a beginning.
    private static Task WatchedAsync(Pipeline pipeline) =>
        Pipeline.EventuallyAsync(async () => await pipeline.ScalarAsync<long>("SELECT COUNT(*) FROM bucket_watch") == 1, "the bucket on record");

    private static async Task StaysOpenAsync(Pipeline pipeline, long epoch)
    {
        for (int i = 0; i < 20; i++)
        {
            BucketLook look = await pipeline.Stock.LookAsync(pipeline.Bucket);
            (look.Epoch, look.IsFenced).ShouldBe((epoch, false));
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
