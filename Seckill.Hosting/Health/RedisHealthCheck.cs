using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Hosting.Health;

/// <summary>Healthy when Redis answers a PING.</summary>
internal sealed class RedisHealthCheck(RedisConnection redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            TimeSpan answer = await redis.RunAsync(db => db.PingAsync());
            return HealthCheckResult.Healthy($"PING in {answer.TotalMilliseconds:0.0} ms");
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            // Its first clause says it; a stack trace at every probe would bury the log.
            return new HealthCheckResult(context.Registration.FailureStatus, fault.Message.Split(';')[0]);
        }
    }
}
