using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Diagnostics;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Locking;

/// <summary>Locks over one or several independent Redis instances, with fencing tokens.</summary>
/// <remarks>
/// <para>
/// <b>One holder.</b> A lock needs the votes of more than half of the instances, and any two majorities share an instance, which votes for one owner at a time. Each vote
/// expires after <see cref="LockingOptions.LockTime"/>; the holder counts that time by its monotonic clock from <i>before</i> it asked, less a margin for clocks that run at
/// different speeds, so it stops vouching for itself before the first vote can run out. Nobody's wall clock is compared with anybody else's.
/// </para>
/// <para>
/// <b>Instances that forget.</b> One that comes back empty has no vote until its data set is as old as a lock can get (by then nothing that it forgot is still held);
/// meanwhile a holder that lives may teach it its lock again. One that forgets only its last second (<c>appendfsync everysec</c>, a promoted replica) cannot be told from one
/// that forgot nothing: then two may believe to hold the lock until the first one's time is up, and the token is what protects.
/// </para>
/// <para>
/// <b>Tokens rise.</b> The token of a new holder is one above the highest that its majority has heard of, and never below the wall clock in milliseconds. It counts only after
/// a majority has stored it, each instance refusing a token that is not higher than what it has. So of two holders the later one meets the earlier one's token on the
/// instance that both majorities share, whatever the clocks say; that holds while fewer than half of the instances are lost or empty. If more have forgotten, the clock takes
/// over: a counter that grows by one per holder stays behind a clock that grows by a thousand a second, so what the clock says is above every token that was forgotten.
/// </para>
/// <para>A lock is a matter of efficiency; what must never be done by two is guarded by the token where it is written, see <see cref="FencedTransactions"/>. Thread-safe.</para>
/// </remarks>
public sealed class Redlock(LockServers servers, IOptions<LockingOptions> options, TimeProvider time, ILogger<Redlock> log)
{
    private static readonly RedisScript Acquire = RedisScript.Load("lock-acquire.lua");
    private static readonly RedisScript Extend = RedisScript.Load("lock-extend.lua");
    private static readonly RedisScript Release = RedisScript.Load("lock-release.lua");

    private readonly LockingOptions _options = options.Value;

    /// <summary>
    /// How long a holder trusts a vote: <see cref="LockingOptions.LockTime"/> less 1 % (two clocks that differ in speed by 1 % are broken) and 2 ms (Redis expires by whole milliseconds).
    /// </summary>
    internal TimeSpan Validity => (_options.LockTime * 0.99) - TimeSpan.FromMilliseconds(2);

    internal TimeSpan ExtendEvery => _options.LockTime / 3;

    /// <summary>Tries until the lock is held.</summary>
    /// <param name="resource">What is locked: a name that all nodes agree on, 1 to 64 characters.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>The lock; dispose it to give it back.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    public async Task<HeldLock> AcquireAsync(string resource, CancellationToken stop)
    {
        while (true)
        {
            if (await TryAcquireAsync(resource) is { } held)
            {
                return held;
            }

            await Task.Delay(_options.RetryDelay * (0.5 + Random.Shared.NextDouble()), time, stop);
        }
    }

    /// <summary>Tries once.</summary>
    /// <param name="resource">As for <see cref="AcquireAsync"/>.</param>
    /// <returns>The lock, or null when a majority did not vote for us: another holds it, or too many instances are away or too young.</returns>
    public async Task<HeldLock?> TryAcquireAsync(string resource)
    {
        ArgumentException.ThrowIfNullOrEmpty(resource);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(resource.Length, 64, nameof(resource));
        LockKeys keys = new(resource);
        string owner = Guid.NewGuid().ToString("N");

        long highest = 0;
        LockTally votes = await AskAsync(async db =>
        {
            RedisResult[] reply = (RedisResult[])await Acquire.RunAsync(db, [keys.Owner, keys.Token, LockKeys.Born], [owner, LockMs]);
            InterlockedMax(ref highest, (long)reply[1]);
            return (LockVote)(int)reply[0] == LockVote.Given;
        });
        if (votes.IsGiven)
        {
            FencingToken token = new(resource, Math.Max(Volatile.Read(ref highest) + 1, time.GetUtcNow().ToUnixTimeMilliseconds()));
            // The lock's time begins here: this round makes every vote begin anew.
            long sentAt = time.GetTimestamp();
            if ((await ExtendAsync(token, owner, first: true)).IsGiven && time.GetElapsedTime(sentAt) < Validity)
            {
                LockingMetrics.Acquired.Add(1, LockingMetrics.Of(resource));
                log.LockAcquired(resource, token.Value);
                return new HeldLock(this, token, owner, sentAt, time, log);
            }
        }

        // At once, not when they expire: the next try, ours or another's, should not meet our own half-won votes.
        await ReleaseAsync(resource, owner);
        LockingMetrics.Contended.Add(1, LockingMetrics.Of(resource));
        return null;
    }

    /// <summary>Has the votes begin anew, and tells the instances the token.</summary>
    internal Task<LockTally> ExtendAsync(FencingToken token, string owner, bool first)
    {
        LockKeys keys = new(token.Resource);
        return AskAsync(async db => (int)await Extend.RunAsync(db, [keys.Owner, keys.Token], [owner, LockMs, token.Value, first ? 1 : 0]) == 1);
    }

    /// <summary>Gives the lock back wherever it is still the owner's. What cannot be reached lets it expire.</summary>
    internal async Task ReleaseAsync(string resource, string owner)
    {
        LockKeys keys = new(resource);
        await AskAsync(async db => (int)await Release.RunAsync(db, [keys.Owner], [owner]) == 1);
    }

    private RedisValue LockMs => ((long)_options.LockTime.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>Asks all instances at once and returns as soon as the answer is certain; who has not answered by then may do so later, to no effect but its own vote.</summary>
    private async Task<LockTally> AskAsync(Func<IDatabase, Task<bool>> ask)
    {
        LockTally tally = new(servers.All.Count, servers.Majority);
        await foreach (Task<bool?> answer in Task.WhenEach(servers.All.Select(server => AskAsync(server, ask))))
        {
            tally = tally.With(await answer);
            if (tally.IsGiven || tally.IsRefused)
            {
                break;
            }
        }

        return tally;
    }

    /// <returns>The vote; null for an instance that is away or too slow.</returns>
    private async Task<bool?> AskAsync(RedisConnection server, Func<IDatabase, Task<bool>> ask)
    {
        try
        {
            return await ask(server.Database).WaitAsync(_options.ServerTimeout, time);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException or OperationCanceledException)
        {
            return null;
        }
    }

    private static void InterlockedMax(ref long target, long value)
    {
        long seen = Volatile.Read(ref target);
        while (value > seen)
        {
            long before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
