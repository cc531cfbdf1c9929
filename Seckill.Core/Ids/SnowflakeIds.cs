using Seckill.Core.Diagnostics;

namespace Seckill.Core.Ids;

/// <summary>
/// Makes 63-bit ids that grow with time and never repeat:
/// <c>40 bits ms since 2025-01-01 | 8 bits worker | 6 bits shard | 9 bits sequence</c>.
/// </summary>
/// <remarks>
/// Thread-safe, lock-free. The sequence is shared by all shards: 512 ids a millisecond per node. A burst beyond that borrows from the coming milliseconds, so ids may run ahead of
/// the clock by <see cref="MaxDriftMs"/>. A clock that steps back is another matter: up to <see cref="MaxStepBackMs"/> it is waited for, past that ids are refused until it is
/// where it was. Two nodes never share a worker id and a time, see <see cref="WorkerIdGrant"/>.
/// </remarks>
public sealed class SnowflakeIds(IWorkerIdSource workers, TimeProvider time)
{
    /// <summary>Shards that an id can name: 6 bits.</summary>
    public const int ShardCount = 64;

    /// <summary>Worker ids: 8 bits.</summary>
    public const int WorkerCount = 256;

    /// <summary>How far, in milliseconds, the last id's time may be ahead of the clock before ids are refused. 2 s of a full-rate burst.</summary>
    public const int MaxDriftMs = 2_000;

    /// <summary>The largest step back, in milliseconds, that is waited for. A correction by NTP is smaller; what is larger, somebody has done to the clock.</summary>
    public const int MaxStepBackMs = 5;

    private const int SequenceBits = 9;
    private const long SequenceMask = (1L << SequenceBits) - 1;
    private const int ShardBits = 6;
    private const int WorkerBits = 8;
    private const int TimeShift = SequenceBits + ShardBits + WorkerBits;
    private const long EpochUnixMs = 1_735_689_600_000; // 2025-01-01T00:00:00Z

    // Enough for MaxStepBackMs of SpinWait's pauses, and an end for a clock that stands still.
    private const int MaxSpins = 1_000;

    private readonly ClockWatch _clock = new(time);

    // (ms since the epoch << SequenceBits) | sequence: one word, so that one compare-and-swap takes an id.
    private long _last;

    /// <summary>Makes an id that carries <paramref name="shard"/> (0 to 63). After a small step back of the clock it blocks for at most about <see cref="MaxStepBackMs"/>.</summary>
    /// <exception cref="IdsUnavailableException">No worker id is leased, the clock has stepped back, or a burst has borrowed too much. Nothing was made.</exception>
    public long Next(int shard = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, ShardCount);
        if (workers.Current is not { } grant)
        {
            throw new IdsUnavailableException("No worker id is leased.");
        }

        long nowMs = NowMs();
        while (true)
        {
            long last = Volatile.Read(ref _last);
            long earliest = Math.Max(nowMs, grant.AfterMs - EpochUnixMs + 1) << SequenceBits;
            long next = Planted.F8 ? earliest | ((last + 1) & SequenceMask) : Math.Max(last + 1, earliest);
            long tick = next >> SequenceBits;
            if (tick - nowMs > MaxDriftMs)
            {
                throw new IdsUnavailableException($"Ids are {tick - nowMs} ms ahead of the clock: too many were asked for.");
            }

            // Asked of the id's own time, not of a clock: a thread that was paused here for minutes cannot make what the worker id's next holder makes.
            if (tick > grant.UntilMs - EpochUnixMs)
            {
                throw new IdsUnavailableException("The lease of the worker id has run out.");
            }

            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                long sequence = next & SequenceMask;
                return (tick << TimeShift) | ((long)grant.Worker << (ShardBits + SequenceBits)) | ((long)shard << SequenceBits) | sequence;
            }
        }
    }

    /// <summary>The shard (0 to 63) that an id carries.</summary>
    public static int ShardOf(long id) => (int)(id >> SequenceBits) & (ShardCount - 1);

    /// <summary>The worker id (0 to 255) that an id carries.</summary>
    public static int WorkerOf(long id) => (int)(id >> (ShardBits + SequenceBits)) & (WorkerCount - 1);

    /// <summary>When an id was made, to the millisecond (it may run ahead of the clock by <see cref="MaxDriftMs"/>).</summary>
    public static DateTimeOffset TimeOf(long id) => DateTimeOffset.FromUnixTimeMilliseconds((id >> TimeShift) + EpochUnixMs);

    /// <summary>The lowest id that can be made at a time or later; what is below it is older.</summary>
    internal static long FirstAt(DateTimeOffset time) => Math.Max(0, time.ToUnixTimeMilliseconds() - EpochUnixMs) << TimeShift;

    /// <summary>Milliseconds since the epoch of the ids, by a clock that has not stepped back.</summary>
    private long NowMs()
    {
        long nowMs = _clock.Read(out long behindMs);
        if (behindMs == 0 || Planted.F8)
        {
            return nowMs - EpochUnixMs;
        }

        IdsMetrics.StepsBack.Add(1);
        SpinWait wait = default;
        for (int i = 0; behindMs is > 0 and <= MaxStepBackMs && i < MaxSpins; i++)
        {
            wait.SpinOnce();
            nowMs = _clock.Read(out behindMs);
        }

        return behindMs == 0 ? nowMs - EpochUnixMs : throw new IdsUnavailableException($"The clock has stepped back by {behindMs} ms.");
    }
}
