using Seckill.Core.Stock;
using Seckill.Integration.Orders;
using Seckill.Local.Servers;
using Shouldly;
using StackExchange.Redis;
using Xunit;
using static Seckill.Integration.Stock.Recovery.RecoveryBench;

namespace Seckill.Integration.Stock.Recovery;

/// <summary>A Redis that forgot is noticed, closed, rebuilt and opened by the Workers alone. Real Redis, MariaDB and Kafka protocol; the Api is played by bare calls.</summary>
public sealed class StockRecoveryTests
{
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
}
