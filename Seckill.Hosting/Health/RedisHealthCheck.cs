using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seckill.Core.Redis;

namespace Seckill.Hosting.Health;

/// <summary>Healthy when Redis answers a PING.</summary>
internal sealed class RedisHealthCheck(RedisConnection redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        TimeSpan answer = await redis.RunAsync(db => db.PingAsync());
        return HealthCheckResult.Healthy($"PING in {answer.TotalMilliseconds:0.0} ms");
    }
}
