using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Redis;

/// <summary>What the process's connection to Redis holds, read when somebody asks for the metrics and by nobody else.</summary>
/// <remarks>A meter of its own, under the engine's name: it goes with the host, where a gauge of the shared meter would hold the connection for as long as the process lives.</remarks>
internal sealed class RedisGauges : IHostedService, IDisposable
{
    private readonly Meter _meter = new(SeckillMeter.Name);

    public RedisGauges(RedisConnection redis)
    {
        _meter.CreateObservableGauge("seckill.redis.outstanding", () => redis.Outstanding, "{command}", "Commands that wait to be sent to Redis, or for its answer.");
        _meter.CreateObservableGauge("seckill.redis.connected", () => redis.IsConnected ? 1 : 0, "{connection}", "1 while the command connection stands, 0 while it does not.");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _meter.Dispose();
}
