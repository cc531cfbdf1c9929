using Microsoft.Extensions.Hosting;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Push;

/// <summary>A loop that tells the watchers of sales what changed. Of several processes one publishes, by a lock in Redis that runs out a second after its holder went silent.</summary>
/// <param name="redis">The connection.</param>
/// <param name="leaderKey">The lock.</param>
/// <param name="every">How often it looks.</param>
/// <param name="time">The clock.</param>
public abstract class NewsPublisher(RedisConnection redis, RedisKey leaderKey, TimeSpan every, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan LeaderTime = TimeSpan.FromSeconds(1);

    private readonly string _owner = Guid.NewGuid().ToString("N");

    /// <summary>The connection.</summary>
    protected RedisConnection Redis { get; } = redis;

    /// <summary>The clock.</summary>
    protected TimeProvider Time { get; } = time;

    /// <summary>Looks, and publishes what changed. What it throws is given to <see cref="PutOff"/>, and a second later it is called again.</summary>
    protected abstract Task PublishAsync();

    /// <summary>Called while this one does not publish. Another may have published since: what it remembers of its last turn is not what was told last.</summary>
    protected virtual void ForgetLastTurn()
    {
    }

    /// <summary>Says that nothing could be published.</summary>
    protected abstract void PutOff(Exception fault);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(every, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    if (await LeadsAsync())
                    {
                        await PublishAsync();
                    }
                }
                catch (Exception fault)
                {
                    PutOff(fault);
                    ForgetLastTurn(); // The lock runs out meanwhile.
                    await Task.Delay(LeaderTime, Time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; the lock runs out by itself.
        }
    }

    private async Task<bool> LeadsAsync()
    {
        if (await Redis.RunAsync(db => db.LockExtendAsync(leaderKey, _owner, LeaderTime)))
        {
            return true;
        }

        ForgetLastTurn();
        return await Redis.RunAsync(db => db.LockTakeAsync(leaderKey, _owner, LeaderTime));
    }
}
