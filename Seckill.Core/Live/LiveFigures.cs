using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Live;

/// <summary>What the cockpit's charts draw: grabs by outcome and times of grabs, second by second, over all nodes, for the last ten minutes. Thread-safe but for <see cref="NextSecond"/>.</summary>
/// <remarks>
/// Each node adds its own second to Redis, where they meet; nobody asks a node, so no page need know how many there are. For people: a second that a node could not write is missing, and a write
/// repeated after a time-out counts twice. Bounds and costs: ADR 29.
/// </remarks>
public sealed class LiveFigures(RedisConnection redis, GrabLatencies latencies, TimeProvider time)
{
    /// <summary>Seconds that are kept and handed out: ten minutes.</summary>
    public const int MaxSeconds = 600;

    /// <summary>The youngest second handed out is so many before the present one: nodes write theirs up to a second late, and clocks differ a little.</summary>
    public const int SettleSeconds = 2;

    private readonly SecondClock _clock = new(time);

    /// <summary>Begins a second of this node. For its one loop.</summary>
    internal long NextSecond() => _clock.Next();

    /// <summary>Adds a node's grabs of a sale to a second.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    internal Task AddGrabsAsync(long second, SaleId sale, IReadOnlyCollection<(GrabOutcome Outcome, long Count)> grabs) =>
        AddAsync(LiveKeys.Grabs(sale, second), second, [.. grabs.Select(grab => ((int)grab.Outcome, grab.Count))]);

    /// <summary>Adds the node's times of grabs to a second.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    internal Task AddLatenciesAsync(long second) =>
        AddAsync(LiveKeys.Latencies(second), second, [.. Enumerable.Range(0, LatencyBuckets.Count).Select(bucket => (bucket, latencies.Take(bucket))).Where(one => one.Item2 > 0)]);

    /// <summary>The seconds of a sale after one that is known.</summary>
    /// <param name="sale">The sale.</param>
    /// <param name="after">Unix time of the last second known; 0 or long ago: all that are kept.</param>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public async Task<LiveSpan> ReadAsync(SaleId sale, long after)
    {
        long last = time.GetUtcNow().ToUnixTimeSeconds() - SettleSeconds;
        long from = Math.Clamp(after, last - MaxSeconds, last) + 1;
        int seconds = (int)(last - from + 1);
        Dictionary<GrabOutcome, long[]> grabs = [];
        long[][] times = [.. Enumerable.Range(0, seconds).Select(_ => new long[LatencyBuckets.Count])];
        IEnumerable<long> spans = Enumerable.Range(0, seconds).Select(i => (from + i) / LiveKeys.Span).Distinct().Select(span => span * LiveKeys.Span);
        await Task.WhenAll(spans.Select(async span =>
        {
            HashEntry[][] read = await Task.WhenAll(
                redis.RunAsync(db => db.HashGetAllAsync(LiveKeys.Grabs(sale, span))), redis.RunAsync(db => db.HashGetAllAsync(LiveKeys.Latencies(span))));
            lock (grabs)
            {
                Place(read[0], from, seconds, GrabOutcomes.All.Length, (at, outcome, count) =>
                {
                    if (!grabs.TryGetValue((GrabOutcome)outcome, out long[]? counts))
                    {
                        grabs[(GrabOutcome)outcome] = counts = new long[seconds];
                    }

                    counts[at] = count;
                });
            }

            // Each second lies in one hash: no two of these write the same row.
            Place(read[1], from, seconds, LatencyBuckets.Count, (at, bucket, count) => times[at][bucket] = count);
        }));
        return new LiveSpan(from, seconds, grabs, times);
    }

    // A field of another version's outcome or bucket is passed over, so that nodes of two versions can work side by side.
    private static void Place(HashEntry[] entries, long from, int seconds, int indexes, Action<int, int, long> place)
    {
        foreach (HashEntry entry in entries)
        {
            string field = entry.Name!;
            int colon = field.IndexOf(':', StringComparison.Ordinal);
            long at = long.Parse(field.AsSpan(0, colon)) - from;
            int index = int.Parse(field.AsSpan(colon + 1));
            if (at >= 0 && at < seconds && index < indexes)
            {
                place((int)at, index, (long)entry.Value);
            }
        }
    }

    private async Task AddAsync(RedisKey key, long second, (int Index, long Count)[] counts)
    {
        if (counts.Length > 0)
        {
            await Task.WhenAll(counts.Select(count => redis.RunAsync(db => db.HashIncrementAsync(key, LiveKeys.Field(second, count.Index), count.Count))));
            await redis.RunAsync(db => db.KeyExpireAsync(key, LiveKeys.Lifetime));
        }
    }
}
