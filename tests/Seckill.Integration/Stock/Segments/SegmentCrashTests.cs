using System.Collections.Concurrent;
using Seckill.Core.Ids;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;
using Seckill.Integration.Grab;
using Seckill.Local;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Stock.Segments;

/// <summary>
/// Goal: no unit is made or lost when nodes of the cluster die under grabs, releases and transfers, many of which are abandoned on the way. Method: several workers take random steps while first the pool's
/// node and then another is killed with SIGKILL and comes back from its log (flushed before each reply); then everything is sold. The seed of the workers' choices is printed.
/// </summary>
public sealed class SegmentCrashTests
{
    private const int Units = 60;
    private const int Workers = 6;

    private static readonly StockSegments Segments = new(new SaleId(4_711), new SkuId("sku"), 6);

    private readonly ConcurrentDictionary<UserId, OrderId> _held = new();
    private readonly ConcurrentDictionary<int, int> _abandoned = new();
    private long _orders;
    private int _unanswered;

    [Fact]
    public async Task NodesKilledUnderGrabsReleasesAndTransfers_EveryUnitIsAccountedFor_AndSoldInTheEnd()
    {
        int seed = Environment.GetEnvironmentVariable("SECKILL_SEED") is { } given ? int.Parse(given) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"SECKILL_SEED={seed}");
        using TemporaryDirectory directory = new();
        await using RedisCluster cluster = new(folder => new() { Directory = directory.Combine(folder), Persistence = RedisPersistence.Always });
        await cluster.StartAsync(TestContext.Current.CancellationToken);
        await using GrabNode node = await GrabNode.StartOnAsync(cluster, new Dictionary<string, string?> { ["Seckill:Stock:CallTimeout"] = "00:00:00.500" });
        (await node.Get<StockWarmUp>().WarmAsync(Segments, Units, limit: 1, epoch: 1, mayCreate: true)).ShouldBe(WarmStatus.Created);

        using CancellationTokenSource enough = new();
        // Each kind at least once: what else the workers come to do is chance, and on a slow machine little.
        await Eventually.TrueAsync(async () =>
        {
            await AbandonAsync(node.Get<SegmentStore>(), bucket: 0, gather: false, steps: 1);
            await AbandonAsync(node.Get<SegmentStore>(), bucket: 1, gather: false, steps: 2);
            return _abandoned.Count == 2;
        });

        Task[] workers = [.. Enumerable.Range(0, Workers).Select(worker => WorkAsync(node, worker, new Random(seed + worker), enough.Token))];
        RedisServer first = await cluster.NodeOfAsync(new StockKeys(Segments.Pool).Stock!);
        RedisServer second = cluster.Nodes.First(server => server != first);
        foreach (RedisServer victim in (RedisServer[])[first, second])
        {
            int before = Volatile.Read(ref _unanswered);
            await victim.KillAsync();
            await Eventually.TrueAsync(() => Volatile.Read(ref _unanswered) > before);
            await cluster.RestartAsync(victim, TestContext.Current.CancellationToken);
        }

        await enough.CancelAsync();
        await Task.WhenAll(workers);
        await AuditAsync(node);

        ChunkMover mover = node.Get<ChunkMover>();
        for (int i = 0; ; i++)
        {
            UserId user = new($"late-{i}");
            if (!await GrabAsync(node, user) && await InsistAsync(() => mover.RefillAsync(Segments, Segments.BucketOf(user).Index)) is RefillOutcome.SoldOut)
            {
                break;
            }
        }

        _held.Count.ShouldBe(Units);
        await AuditAsync(node);
    }

    private async Task WorkAsync(GrabNode node, int worker, Random random, CancellationToken enough)
    {
        SegmentStore store = node.Get<SegmentStore>();
        ChunkMover mover = node.Get<ChunkMover>();
        List<UserId> mine = [];
        for (int i = 0; !enough.IsCancellationRequested; i++)
        {
            int bucket = random.Next(Segments.Buckets);
            switch (random.Next(8))
            {
                case < 3:
                    UserId user = new($"{worker}-{i}");
                    if (await GrabAsync(node, user))
                    {
                        mine.Add(user);
                    }

                    break;
                case < 5 when mine.Count > 0:
                    UserId leaver = mine[random.Next(mine.Count)];
                    mine.Remove(leaver);
                    _held.TryRemove(leaver, out OrderId order).ShouldBeTrue();
                    await InsistAsync(() => node.Stock.ReleaseAsync(Segments.BucketOf(leaver), leaver, order));
                    break;
                case < 6:
                    await mover.RefillAsync(Segments, bucket);
                    break;
                default:
                    await AbandonAsync(store, bucket, gather: random.Next(2) == 0, steps: 1 + random.Next(2));
                    break;
            }
        }
    }

    /// <summary>A mover that dies after one step, or after two.</summary>
    private async Task AbandonAsync(SegmentStore store, int bucket, bool gather, int steps)
    {
        try
        {
            TransferReply reply = await store.OpenAsync(Segments, bucket, gather);
            if (reply.IsOpen && steps > 1)
            {
                await store.ApplyAsync(Segments, reply.Transfer);
            }

            if (reply.IsOpen)
            {
                _abandoned.AddOrUpdate(steps, 1, (_, count) => count + 1);
            }
        }
        catch (StockUnavailableException)
        {
            Interlocked.Increment(ref _unanswered);
        }
    }

    /// <returns>Whether the user has a unit.</returns>
    private async Task<bool> GrabAsync(GrabNode node, UserId user)
    {
        StockGrab[] grab = [new(user, new OrderId(Interlocked.Increment(ref _orders)))];
        StockAsk ask = StockAsk.First;
        StockReply reply = await InsistAsync(() =>
        {
            StockAsk asked = ask;
            ask = StockAsk.Again;
            return node.Stock.GrabAsync(Segments.BucketOf(user), grab, expectedEpoch: 1, minVersion: 0, asked);
        });
        reply.Status.ShouldBe(StockStatus.Decided);
        bool isReserved = reply.Decisions[0].Answer is StockAnswer.Reserved or StockAnswer.AlreadyReserved;
        if (isReserved)
        {
            _held[user] = grab[0].Order;
        }

        return isReserved;
    }

    /// <summary>Asks until there is an answer.</summary>
    private async Task<T> InsistAsync<T>(Func<Task<T>> ask)
    {
        T? answer = default;
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                answer = await ask();
                return true;
            }
            catch (StockUnavailableException)
            {
                Interlocked.Increment(ref _unanswered);
                return false;
            }
        });
        return answer!;
    }

    private async Task AuditAsync(GrabNode node)
    {
        SegmentsLook look = await node.Get<SegmentStore>().LookAsync(Segments);
        look.IsOpen.ShouldBeTrue();
        (look.Left + _held.Count).ShouldBe(Units);
        (look.Pool!.Total + look.InTransfer + look.Buckets.Sum(bucket => bucket!.Total)).ShouldBe(Units);
        Dictionary<string, string> buyers = [];
        foreach (StockBucket bucket in Segments.All)
        {
            foreach ((string user, string orders) in (await node.Stock.ReadBuyersAsync(bucket, maxBuyers: 1_000))!)
            {
                buyers.Add(user, orders);
            }
        }

        buyers.ShouldBe(_held.ToDictionary(held => held.Key.Value, held => $"0={held.Value.Value}"), ignoreOrder: true);
    }
}
