using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Hosting.Health;

/// <summary>Healthy when Redis answers and takes a write; degraded when it answers and a write gets no answer, as where one node of a cluster is away.</summary>
/// <remarks>A PING alone says nothing of a server that is full, read-only or cannot save: it is answered there as ever, and nothing can be reserved.</remarks>
internal sealed class RedisHealthCheck(RedisConnection redis) : IHealthCheck
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    // Of the check's two seconds: so that there is time left to tell the one from the other.
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(1);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        TimeSpan answer = await redis.RunAsync(db => db.PingAsync());
        try
        {
            // string: whoever was asked for his health last, for a minute. One key for all: it shows that a write is taken, not who wrote.
            await redis.RunAsync(db => db.StringSetAsync("seckill:health", Environment.MachineName, Kept)).WaitAsync(WriteLimit, cancellationToken);
            return HealthCheckResult.Healthy($"PING in {answer.TotalMilliseconds:0.0} ms");
        }
        catch (Exception fault) when (fault is RedisConnectionException or TimeoutException)
        {
            return HealthCheckResult.Degraded("It answers, but a write has had no answer: perhaps one node of a cluster is away.");
        }
    }
}
