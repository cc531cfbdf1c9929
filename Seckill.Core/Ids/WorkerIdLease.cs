using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Ids;

/// <summary>Leases one of 256 worker ids in Redis and renews the lease every third of its time.</summary>
/// <remarks>
/// <para>
/// Each lease comes with a stretch of time that ids may carry, from the mark that Redis has for the worker id to the end of the lease; the mark is raised before the first id is
/// made. The next holder starts after the mark. So nobody repeats an id: not a holder that was paused past its lease, not a node that restarts with its clock in the past
/// (a worker id whose mark is ahead of the clock is passed over), not two who believe to hold one worker id.
/// </para>
/// <para>
/// All of that rests on Redis remembering. One that came back empty leases nothing until its data set is older than a lease; holders that live are believed and renew as ever, and
/// those that are cut off stop by their own monotonic clock at two thirds of the lease. A lost lease means no ids, hence no grabs, until another is taken.
/// </para>
/// </remarks>
public sealed class WorkerIdLease(RedisConnection redis, TimeProvider time, ILogger<WorkerIdLease> log) : BackgroundService, IWorkerIdSource
{
    /// <summary>How long Redis keeps an id for a holder that went silent, and how long an empty Redis leases nothing: 15 s. Long enough for a pause, short enough to wait for.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan UseTime = LeaseTime * 2 / 3;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);
    private static readonly RedisScript Script = RedisScript.Load("worker-lease.lua");

    private readonly string _owner = Guid.NewGuid().ToString("N");
    private Held? _held;

    /// <inheritdoc/>
    public WorkerIdGrant? Current => _held is { } held && time.GetElapsedTime(held.RenewedAt) < UseTime ? held.Grant : null;

    /// <summary>Renews the lease, or takes one when none is held.</summary>
    /// <returns>False when no worker id can be had: Redis has been empty too lately, all are held, or the clock is behind all of their marks.</returns>
    /// <exception cref="RedisException">Refused, or no connection.</exception>
    /// <exception cref="TimeoutException">No reply in time; ask again.</exception>
    internal async Task<bool> RenewOrTakeAsync()
    {
        if (_held is { } held)
        {
            long sentAt = time.GetTimestamp();
            (WorkerLeaseAnswer answer, long untilMs, _) = await AskAsync(held.Grant.Worker, held.Grant.UntilMs);
            if (answer == WorkerLeaseAnswer.Leased)
            {
                _held = new Held(held.Grant with { UntilMs = Math.Max(untilMs, held.Grant.UntilMs) }, sentAt);
                return true;
            }

            _held = null;
            IdsMetrics.Clashes.Add(1);
            log.WorkerIdLost(held.Grant.Worker);
        }

        return await TakeAsync();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            TimeSpan pause = LeaseTime / 3;
            try
            {
                if (!await RenewOrTakeAsync())
                {
                    pause = RetryPause;
                }
            }
            catch (Exception fault) when (fault is RedisException or TimeoutException)
            {
                log.WorkerIdNotRenewed(fault);
                pause = RetryPause;
            }

            await Task.Delay(pause, time, stoppingToken);
        }
    }

    /// <summary>Uses the id no longer. Nothing is given back: its mark keeps it closed for the rest of the lease anyway.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        _held = null;
    }

    private async Task<bool> TakeAsync()
    {
        // Start at a random place: nodes that start together then seldom ask for the same id.
        int start = Random.Shared.Next(SnowflakeIds.WorkerCount);
        WorkerLeaseAnswer answer = default;
        for (int i = 0; i < SnowflakeIds.WorkerCount; i++)
        {
            int worker = (start + i) % SnowflakeIds.WorkerCount;
            long sentAt = time.GetTimestamp();
            (answer, long untilMs, long markMs) = await AskAsync(worker, knownMark: 0);
            if (answer == WorkerLeaseAnswer.Leased)
            {
                _held = new Held(new WorkerIdGrant(worker, markMs, untilMs), sentAt);
                IdsMetrics.Granted.Add(1);
                log.WorkerIdLeased(worker);
                return true;
            }

            if (answer == WorkerLeaseAnswer.TooYoung)
            {
                break; // So it is for all.
            }
        }

        log.NoWorkerId(answer);
        return false;
    }

    private async Task<(WorkerLeaseAnswer Answer, long UntilMs, long MarkMs)> AskAsync(int worker, long knownMark)
    {
        WorkerIdKeys keys = new(worker);
        long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        long untilMs = nowMs + (long)LeaseTime.TotalMilliseconds;
        RedisResult[] reply = (RedisResult[])await redis.RunAsync(db => Script.RunAsync(
            db, [keys.Owner, keys.Mark, WorkerIdKeys.Born], [_owner, (long)LeaseTime.TotalMilliseconds, nowMs, untilMs, knownMark]))!;
        return ((WorkerLeaseAnswer)(int)reply[0], untilMs, (long)reply[1]);
    }

    private sealed record Held(WorkerIdGrant Grant, long RenewedAt);
}
