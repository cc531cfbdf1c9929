using StackExchange.Redis;

namespace Seckill.Core.Admission;

/// <summary>This node's hold on one token bucket that all nodes share: tokens are leased in batches, so that a grab takes one without a round trip.</summary>
/// <remarks>
/// <para>
/// Thread-safe. A taker is lock-free: one compare-and-swap on the lease. The lock guards the change of leases only, and is never held across I/O. One question is under way at a time;
/// it is asked ahead, when half of what <see cref="LookAhead"/> will need is left, and takers who find nothing wait for it together.
/// </para>
/// <para>
/// A lease never makes tokens: what all nodes admit since the beginning is at most rate * t + burst, for any interleaving. But tokens are admitted later than they were taken, so in a
/// stretch of time <em>within</em> it may be as many more as the nodes held at its start: <see cref="MaxLease"/> each, a twentieth of the rate or of the burst, whichever is more.
/// </para>
/// <para>
/// What is lost, so admitted later or never: a lease that nobody uses for <see cref="LeaseTime"/> (at most <see cref="MaxLease"/> tokens), a batch whose reply did not come, and what a node
/// held when it died or forgot the key. A node whose grabs are few leases one token at a time and so loses none.
/// </para>
/// <para>
/// Redis away: the node gives out its share of the rate by itself (<see cref="TokenRate.ShareOf"/>), from a bucket that is kept from one absence to the next, so that a Redis that comes and
/// goes does not give a new burst each time.
/// </para>
/// </remarks>
internal sealed class SharedTokenBucket
{
    /// <summary>Rounds that a taker waits through while others take what was leased: a crowd that is larger than so many leases is told to come again.</summary>
    private const int MaxRounds = 16;

    private const int LeasesPerBurst = 20;
    private const int MaxLeaseTokens = 10_000;

    /// <summary>How much use a lease is to last for: 50 ms, many round trips.</summary>
    private static readonly TimeSpan LookAhead = TimeSpan.FromMilliseconds(50);

    /// <summary>After a batch that came short, the least time to the next question: 5 ms. Bounds the questions of a node to 200 a second for a sale with more grabs than tokens.</summary>
    private static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(5);

    /// <summary>Use is measured over at least so long: 10 ms. Two grabs in a row are no crowd.</summary>
    private static readonly TimeSpan ShortestUse = TimeSpan.FromMilliseconds(10);

    private readonly RedisKey _key;
    private readonly TokenLender _lend;
    private readonly RedisAbsence _absence;
    private readonly TimeProvider _time;
    private readonly Lazy<LocalTokenBucket> _share;
    private readonly Lock _gate = new();
    private Lease _lease;
    private TaskCompletionSource? _asking;
    private long _countedFrom;
    private long _emptyUntil;
    private long _usedAt;
    private double _perSecond;
    private int _attempts;
    private int _askBelow;

    public SharedTokenBucket(RedisKey key, TokenRate rate, int nodes, TokenLender lend, RedisAbsence absence, TimeProvider time)
    {
        (_key, Rate, _lend, _absence, _time) = (key, rate, lend, absence, time);
        _share = new Lazy<LocalTokenBucket>(() => new LocalTokenBucket(rate.ShareOf(nodes)));
        _countedFrom = _emptyUntil = _usedAt = time.GetTimestamp();
        _lease = new Lease(0, _countedFrom);
    }

    /// <summary>How long leased tokens may lie unused: 500 ms. Longer than any lease is meant to last, short enough that a node which fell silent soon holds nothing.</summary>
    public static TimeSpan LeaseTime { get; } = TimeSpan.FromMilliseconds(500);

    public TokenRate Rate { get; }

    /// <summary>When a token was last asked for, a timestamp of the clock.</summary>
    public long UsedAt => Volatile.Read(ref _usedAt);

    /// <summary>Most tokens that a node holds of a bucket: a twentieth of the rate or of the burst, whichever is more; 1 to 10,000.</summary>
    public static int MaxLease(TokenRate rate) => Math.Clamp(Math.Max(rate.PerSecond, rate.Burst) / LeasesPerBurst, 1, MaxLeaseTokens);

    /// <summary>Takes a token.</summary>
    /// <returns>Zero when there was one; else how long until the next, by the bucket's refill. Completes at once unless this node has nothing and has to ask.</returns>
    public ValueTask<TimeSpan> TakeAsync()
    {
        Interlocked.Increment(ref _attempts);
        long now = _time.GetTimestamp();
        Volatile.Write(ref _usedAt, now);
        Lease lease = Volatile.Read(ref _lease);
        if (!lease.TryTake(now))
        {
            return TakeOrAskAsync();
        }

        if (lease.Left < Volatile.Read(ref _askBelow) && !_absence.IsAway)
        {
            _ = Ask(now);
        }

        return default;
    }

    /// <summary>Gives a token back that was taken for nothing. If its lease is gone, so is the token.</summary>
    public void GiveBack() => Volatile.Read(ref _lease).GiveBack();

    private async ValueTask<TimeSpan> TakeOrAskAsync()
    {
        for (int round = 0; round < MaxRounds; round++)
        {
            long now = _time.GetTimestamp();
            if (Volatile.Read(ref _lease).TryTake(now))
            {
                return TimeSpan.Zero;
            }

            if (_absence.IsAway)
            {
                if (_absence.TryProbe())
                {
                    // Not waited for: who probes is served from the share like everybody else.
                    _ = Ask(now);
                }

                AdmissionMetrics.Alone(AdmissionLimiter.Sale);
                return _share.Value.Take();
            }

            if (UntilNext(now) is { Ticks: > 0 } wait)
            {
                return wait;
            }

            await Ask(now);
        }

        // Tokens come, but others were faster each time. One token's time is the least that makes sense.
        return TimeSpan.FromSeconds(1.0 / Rate.PerSecond);
    }

    /// <summary>How long the shared bucket is known to be empty.</summary>
    private TimeSpan UntilNext(long now) => Volatile.Read(ref _emptyUntil) is var until && now < until ? _time.GetElapsedTime(now, until) : TimeSpan.Zero;

    /// <summary>Asks for the next lease, or joins those who wait for it. Completed when there is nothing to ask for.</summary>
    private Task Ask(long now)
    {
        TaskCompletionSource asking;
        int wanted;
        lock (_gate)
        {
            if (_asking is not null)
            {
                return _asking.Task;
            }

            // Somebody else has learnt that it is empty, or has filled the lease, since the caller looked.
            if (now < _emptyUntil || (wanted = Wanted(now)) <= 0)
            {
                return Task.CompletedTask;
            }

            asking = _asking = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _ = AskAsync(asking, wanted);
        return asking.Task;
    }

    /// <summary>What <see cref="LookAhead"/> will need, going by the takers of late, less what is held.</summary>
    private int Wanted(long now)
    {
        int needed = (int)Math.Clamp(Math.Ceiling(UsePerSecond(now) * LookAhead.TotalSeconds), 1, MaxLease(Rate));
        // Of one token there is no half: who needs less than two does not ask ahead, and so never holds what others could use.
        Volatile.Write(ref _askBelow, needed / 2);
        return needed - _lease.LeftAt(now);
    }

    /// <summary>Takers a second, since the count began; while that is not long ago, or before it, whichever were more.</summary>
    private double UsePerSecond(long now)
    {
        TimeSpan passed = _time.GetElapsedTime(_countedFrom, now);
        // The first one begins the time over which the others came.
        int others = Volatile.Read(ref _attempts) - 1;
        if (passed < ShortestUse)
        {
            return Math.Max(_perSecond, others / ShortestUse.TotalSeconds);
        }

        _perSecond = others / passed.TotalSeconds;
        Volatile.Write(ref _attempts, 0);
        _countedFrom = now;
        return _perSecond;
    }

    private async Task AskAsync(TaskCompletionSource asking, int wanted)
    {
        TokenGrant? answer = null;
        try
        {
            AdmissionMetrics.LeasesAsked.Add(1);
            answer = await _lend(_key, Rate, wanted);
            _absence.Answered();
        }
        catch (Exception fault)
        {
            // Whatever it is, those who wait must hear: they go on with the node's share.
            _absence.Failed(fault);
        }

        lock (_gate)
        {
            _asking = null;
            if (answer is { } grant)
            {
                Install(grant, wanted);
            }
        }

        asking.SetResult();
    }

    private void Install(TokenGrant grant, int wanted)
    {
        // From the reply, not from the question: tokens that were taken belong to this node whenever it hears of it, and a slow Redis must not void them.
        long now = _time.GetTimestamp();
        int left = _lease.Drain(now);
        Volatile.Write(ref _lease, new Lease(left + grant.Granted, now + Timestamps(LeaseTime)));
        if (grant.Granted < wanted)
        {
            Volatile.Write(ref _emptyUntil, now + Timestamps(grant.Wait > ShortPause ? grant.Wait : ShortPause));
        }
    }

    private long Timestamps(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds * _time.TimestampFrequency);

    private sealed class Lease(int tokens, long expiresAt)
    {
        private int _left = tokens;

        public int Left => Volatile.Read(ref _left);

        public int LeftAt(long now) => now < expiresAt ? Left : 0;

        public bool TryTake(long now)
        {
            if (now >= expiresAt)
            {
                return false;
            }

            // Never below zero, also for an instant: a token given back then would vanish.
            int left = Left;
            while (left > 0)
            {
                int seen = Interlocked.CompareExchange(ref _left, left - 1, left);
                if (seen == left)
                {
                    return true;
                }

                left = seen;
            }

            return false;
        }

        public void GiveBack() => Interlocked.Increment(ref _left);

        /// <summary>Ends the lease. What was left moves to the next one, unless it has expired.</summary>
        public int Drain(long now)
        {
            int left = Interlocked.Exchange(ref _left, 0);
            if (now < expiresAt)
            {
                return left;
            }

            AdmissionMetrics.TokensExpired.Add(left);
            return 0;
        }
    }
}
