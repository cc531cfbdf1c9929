namespace Seckill.Core.Ids;

/// <summary>
/// Makes 63-bit ids that grow with time and never repeat while no two nodes hold one worker id:
/// <c>40 bits ms since 2025-01-01 | 8 bits worker | 6 bits shard | 9 bits sequence</c>.
/// </summary>
/// <remarks>
/// Thread-safe, lock-free. The sequence is shared by all shards: 512 ids a millisecond per node. A burst beyond that borrows from
/// the coming milliseconds, so ids may run ahead of the clock. A clock that steps back is waited out by the same rule (ids keep the highest
/// time ever used) up to <see cref="MaxDriftMs"/>; past it <see cref="IdsUnavailableException"/> is thrown, for a restart would repeat ids.
/// </remarks>
public sealed class SnowflakeIds(IWorkerIdSource workers, TimeProvider time)
{
    /// <summary>Shards that an id can name: 6 bits.</summary>
    public const int ShardCount = 64;

    /// <summary>Worker ids: 8 bits.</summary>
    public const int WorkerCount = 256;

    /// <summary>How far, in milliseconds, the last id's time may be ahead of the clock before ids are refused. 2 s of a full-rate burst.</summary>
    public const int MaxDriftMs = 2_000;

    private const int SequenceBits = 9;
    private const int ShardBits = 6;
    private const int WorkerBits = 8;
    private const int TimeShift = SequenceBits + ShardBits + WorkerBits;
    private const long EpochUnixMs = 1_735_689_600_000; // 2025-01-01T00:00:00Z

    // (ms since the epoch << SequenceBits) | sequence: one word, so that one compare-and-swap takes an id.
    private long _last;

    /// <summary>Makes an id that carries <paramref name="shard"/> (0 to 63).</summary>
    /// <exception cref="IdsUnavailableException">No worker id is leased, or the clock is more than <see cref="MaxDriftMs"/> behind. Nothing was made.</exception>
    public long Next(int shard = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, ShardCount);
        if (workers.Current is not { } worker)
        {
            throw new IdsUnavailableException("No worker id is leased.");
        }

        long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds() - EpochUnixMs;
        while (true)
        {
            long last = Volatile.Read(ref _last);
            long next = Math.Max(last + 1, nowMs << SequenceBits);
            long tick = next >> SequenceBits;
            if (tick - nowMs > MaxDriftMs)
            {
                throw new IdsUnavailableException($"The clock is {tick - nowMs} ms behind the last id.");
            }

            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                long sequence = next & ((1L << SequenceBits) - 1);
                return (tick << TimeShift) | ((long)worker << (ShardBits + SequenceBits)) | ((long)shard << SequenceBits) | sequence;
            }
        }
    }

    /// <summary>The shard (0 to 63) that an id carries.</summary>
    public static int ShardOf(long id) => (int)(id >> SequenceBits) & (ShardCount - 1);

    /// <summary>When an id was made, to the millisecond (it may run ahead of the clock by <see cref="MaxDriftMs"/>).</summary>
    public static DateTimeOffset TimeOf(long id) => DateTimeOffset.FromUnixTimeMilliseconds((id >> TimeShift) + EpochUnixMs);
}
