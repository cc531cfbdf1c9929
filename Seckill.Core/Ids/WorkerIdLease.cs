using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Ids;

/// <summary>
/// Leases one of 256 worker ids in Redis (<c>seckill:worker:{n}</c> = owner, <see cref="LeaseTime"/>) and renews it every third of that time.
/// </summary>
/// <remarks>
/// The holder stops using an id at two thirds of the lease after the last renewal that was *sent*, so that the next holder cannot overlap with a
/// paused or cut-off one. A lost lease means no ids, hence no grabs, until another is taken.
/// </remarks>
public sealed class WorkerIdLease(RedisConnection redis, TimeProvider time, ILogger<WorkerIdLease> log) : BackgroundService, IWorkerIdSource
{
    /// <summary>How long Redis keeps an id for a holder that went silent. 30 s: longer than any pause we expect to survive.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan UseTime = LeaseTime * 2 / 3;

    private readonly string _owner = Guid.NewGuid().ToString("N");
    private Held? _held;

    /// <inheritdoc/>
    public int? Current => _held is { } held && time.GetElapsedTime(held.RenewedAt) < UseTime ? held.Worker : null;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                TimeSpan pause = LeaseTime / 3;
                try
                {
                    _held = await RenewOrTakeAsync();
                }
                catch (Exception fault) when (fault is RedisException or TimeoutException)
                {
                    log.WorkerIdNotRenewed(fault);
                    pause = TimeSpan.FromMilliseconds(500);
                }

                await Task.Delay(pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await ReleaseAsync();
        }
    }

    private async Task<Held> RenewOrTakeAsync()
    {
        long sentAt = time.GetTimestamp();
        if (_held is { } held && await redis.RunAsync(db => db.LockExtendAsync(Key(held.Worker), _owner, LeaseTime)))
        {
            return held with { RenewedAt = sentAt };
        }

        // Start at a random place: nodes that start together then seldom ask for the same id.
        int start = Random.Shared.Next(SnowflakeIds.WorkerCount);
        for (int i = 0; i < SnowflakeIds.WorkerCount; i++)
        {
            int worker = (start + i) % SnowflakeIds.WorkerCount;
            sentAt = time.GetTimestamp();
            if (await redis.RunAsync(db => db.LockTakeAsync(Key(worker), _owner, LeaseTime)))
            {
                log.WorkerIdLeased(worker);
                return new Held(worker, sentAt);
            }
        }

        throw new TimeoutException("All 256 worker ids are held.");
    }

    private async Task ReleaseAsync()
    {
        // Not given back at once: ids may have run ahead of the clock by MaxDriftMs, and the next holder starts from the clock.
        if (_held is { } held)
        {
            _held = null;
            try
            {
                await redis.RunAsync(db => db.LockExtendAsync(Key(held.Worker), _owner, TimeSpan.FromMilliseconds(2 * SnowflakeIds.MaxDriftMs)));
            }
            catch (Exception fault) when (fault is RedisException or TimeoutException)
            {
                log.WorkerIdNotRenewed(fault);
            }
        }
    }

    private static RedisKey Key(int worker) => $"seckill:worker:{worker}";

    private sealed record Held(int Worker, long RenewedAt);
}
