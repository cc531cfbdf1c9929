using Microsoft.Extensions.Options;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;
using Seckill.Integration.Grab;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Stock.Segments;

/// <summary>Goal: a part that lost its latest writes moves no unit a second time. Method: the keys of one part are set back to what they were, as a replica has them that was behind and was promoted.</summary>
public sealed class SegmentFenceTests
{
    private const int Units = 20;

    private static readonly StockSegments Segments = new(new SaleId(91), new SkuId("sku"), 2);

    [Fact]
    public async Task PoolForgetsADraw_WhoHasSeenItDrawsNothing()
    {
        await using GrabNode node = await StartAsync();
        SegmentStore store = node.Get<SegmentStore>();
        SegmentsLook warm = await store.LookAsync(Segments);
        byte[]?[] before = await SaveAsync(node, Segments.Pool);
        long chunk = await DrawAsync(store, bucket: 0);

        await RestoreAsync(node, Segments.Pool, before);

        (await store.OpenAsync(Segments, 1, gather: false)).Status.ShouldBe(TransferOpenStatus.VersionBehind);
        (await store.OpenAsync(Segments, 1, gather: true)).Status.ShouldBe(TransferOpenStatus.VersionBehind);
        (await node.Get<ChunkMover>().RefillAsync(Segments, 1)).ShouldBe(RefillOutcome.Fenced);
        SegmentsLook look = await store.LookAsync(Segments);
        (look.Pool!.Left, look.Buckets[0]!.Left, look.Buckets[1]!.Left).ShouldBe((warm.Pool!.Left, warm.Buckets[0]!.Left + chunk, warm.Buckets[1]!.Left), "the forgotten chunk is there twice, and nobody has sold it");

        // What the fence does not reach: a process that had not seen the pool. The watch has to (docs/segmented-stock.md).
        SegmentStore stranger = new(node.Get<RedisConnection>(), Options.Create(new StockOptions()), TimeProvider.System);
        (await stranger.OpenAsync(Segments, 1, gather: false)).Status.ShouldBe(TransferOpenStatus.Opened);
    }

    [Fact]
    public async Task BucketForgetsSales_WhoHasSeenThemGathersNothing()
    {
        await using GrabNode node = await StartAsync();
        SegmentStore store = node.Get<SegmentStore>();
        while (await DrawAsync(store, bucket: 1) > 0)
        {
        }

        long left = (await store.LookAsync(Segments)).Buckets[0]!.Left;
        byte[]?[] before = await SaveAsync(node, Segments[0]);
        UserId[] users = [.. Enumerable.Range(0, 1_000).Select(i => new UserId($"user-{i}")).Where(user => Segments.BucketOf(user) == Segments[0]).Take(2)];
        (await node.Stock.GrabAsync(Segments[0], users.Select((user, i) => new StockGrab(user, new OrderId(100 + i))).ToArray(), expectedEpoch: 0, minVersion: 0)).Left.ShouldBe(left - 2);
        await store.LookAsync(Segments);

        await RestoreAsync(node, Segments[0], before);
        TransferReply gather = await store.OpenAsync(Segments, 0, gather: true);

        gather.Status.ShouldBe(TransferOpenStatus.Opened);
        (await store.ApplyAsync(Segments, gather.Transfer)).ShouldBe((TransferApplyStatus.VersionBehind, 0, left));
        (await store.LookAsync(Segments)).ShouldSatisfyAllConditions(look => look.Pool!.Left.ShouldBe(0), look => look.Buckets[0]!.Left.ShouldBe(left));
    }

    /// <summary>A recovery begins a new life, with a version of 1: what was seen of the former one must not shut it.</summary>
    [Fact]
    public async Task NewEpochBeginsWithALowerVersion_IsNotBehind()
    {
        await using GrabNode node = await StartAsync();
        SegmentStore store = node.Get<SegmentStore>();
        await DrawAsync(store, bucket: 0);
        await node.Get<RedisConnection>().Database.HashSetAsync(new StockKeys(Segments.Pool).Meta, [new("epoch", 2), new("version", 1)]);

        (await store.OpenAsync(Segments, 0, gather: false)).Status.ShouldBe(TransferOpenStatus.Opened);
    }

    private static async Task<GrabNode> StartAsync()
    {
        GrabNode node = await GrabNode.StartAsync(settings: GrabNode.Patient);
        (await node.Get<StockWarmUp>().WarmAsync(Segments, Units, limit: 1, epoch: 1, mayCreate: true)).ShouldBe(WarmStatus.Created);
        return node;
    }

    /// <returns>How many units came; 0 for an empty pool.</returns>
    private static async Task<long> DrawAsync(SegmentStore store, int bucket)
    {
        TransferReply draw = await store.OpenAsync(Segments, bucket, gather: false);
        if (!draw.IsOpen)
        {
            return 0;
        }

        (_, long moved, _) = await store.ApplyAsync(Segments, draw.Transfer);
        await store.SettleAsync(Segments, draw.Transfer, moved);
        return moved;
    }

    private static RedisKey[] KeysOf(StockBucket part)
    {
        StockKeys keys = new(part);
        return [keys.Stock, keys.Buyers, keys.Meta, keys.Outbox, keys.Transfers];
    }

    private static Task<byte[]?[]> SaveAsync(GrabNode node, StockBucket part) =>
        Task.WhenAll(KeysOf(part).Select(async key => (byte[]?)await node.Get<RedisConnection>().Database.KeyDumpAsync(key)));

    private static async Task RestoreAsync(GrabNode node, StockBucket part, byte[]?[] saved)
    {
        IDatabase db = node.Get<RedisConnection>().Database;
        foreach ((RedisKey key, byte[]? dump) in KeysOf(part).Zip(saved))
        {
            await db.KeyDeleteAsync(key);
            if (dump is not null)
            {
                await db.KeyRestoreAsync(key, dump);
            }
        }
    }
}
