using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Outbox;

/// <summary>Each relay's sign of life in Redis, and who has let theirs run out: one small exchange for the whole process, however many buckets it relays.</summary>
/// <remarks>
/// A claim by idle time alone must wait longer than the slowest healthy batch; a sign of life may be much shorter, for it does not wait for Kafka. A relay that is merely
/// stalled loses its entries as well, and produces them a second time when it wakes: the intake does not mind. One loop writes; any thread reads.
/// </remarks>
internal sealed class RelayLiveness(RedisConnection redis, string consumer, TimeProvider time)
{
    /// <summary>set: consumer names of all relays that are or were alive; a name goes when its relay leaves, or a minute after it died.</summary>
    public static readonly RedisKey Relays = "seckill:relays";

    /// <summary>How long a sign of life counts: 1.5 s, three of our heartbeats.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMilliseconds(1_500);

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Remember = TimeSpan.FromMinutes(1);

    // Far more deaths than any loop can be late by; what is forgotten is found by its idle time.
    private const int MostDeaths = 256;

    private readonly Lock _gate = new();
    private readonly Queue<string> _deaths = [];
    private readonly Dictionary<string, long> _diedAt = [];
    private long _count;

    /// <summary>string: <c>1</c>, expires after <see cref="Life"/>.</summary>
    public static RedisKey KeyOf(string consumer) => $"seckill:relay:{consumer}";

    /// <summary>Consumers that died since the caller last asked.</summary>
    /// <param name="seen">The caller's own place; 0 at first.</param>
    public IReadOnlyList<string> DeathsSince(ref long seen)
    {
        if (Volatile.Read(ref _count) == seen)
        {
            return []; // Nearly always, many times a second.
        }

        lock (_gate)
        {
            long fresh = _count - seen;
            seen = _count;
            return fresh == 0 ? [] : [.. _deaths.TakeLast((int)Math.Min(fresh, _deaths.Count))];
        }
    }

    /// <summary>Beats until <paramref name="stop"/>, then strikes its own name off.</summary>
    public async Task RunAsync(ILogger log, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await BeatAsync();
            }
            catch (Exception fault) when (fault is RedisException or TimeoutException)
            {
                log.DirectoryUnreadable(fault);
            }

            await Task.Delay(Beat, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        try
        {
            await redis.RunAsync(db => db.SetRemoveAsync(Relays, consumer));
            await redis.RunAsync(db => db.KeyDeleteAsync(KeyOf(consumer)));
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            log.DirectoryUnreadable(fault);
        }
    }

    private async Task BeatAsync()
    {
        // The sign first, the name second: nobody may find the name without the sign.
        await redis.RunAsync(db => db.StringSetAsync(KeyOf(consumer), 1, Life));
        await redis.RunAsync(db => db.SetAddAsync(Relays, consumer));
        RedisValue[] names = await redis.RunAsync(db => db.SetMembersAsync(Relays));
        bool[] alive = await Task.WhenAll(names.Select(name => redis.RunAsync(db => db.KeyExistsAsync(KeyOf(name!)))));
        List<string> buried = [];
        lock (_gate)
        {
            for (int i = 0; i < names.Length; i++)
            {
                string name = names[i]!;
                if (alive[i])
                {
                    _diedAt.Remove(name); // A stalled one that woke up; it may die again.
                }
                else if (_diedAt.TryAdd(name, time.GetTimestamp()))
                {
                    _deaths.Enqueue(name);
                    _count++;
                    if (_deaths.Count > MostDeaths)
                    {
                        _deaths.Dequeue();
                    }
                }
                else if (time.GetElapsedTime(_diedAt[name]) > Remember)
                {
                    buried.Add(name);
                }
            }
        }

        foreach (string name in buried)
        {
            // Every relay has had a minute to see the death; entries that came to light later are found by their idle time.
            await redis.RunAsync(db => db.SetRemoveAsync(Relays, name));
            _diedAt.Remove(name);
        }
    }
}
