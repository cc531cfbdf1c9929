using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Seckill.Core.Outbox;
using Seckill.Core.Stock;

namespace Seckill.Worker;

/// <summary>Degraded from half of the room of any bucket's outbox on, unhealthy when it is full and its grabs are refused (503 <c>outbox-full</c>).</summary>
internal sealed class OutboxHealthCheck(OutboxRoom room, IOptions<StockOptions> stock) : IHealthCheck
{
    // Counted each second: by then several counts in a row have failed, as they do while Redis is away.
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(10);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        int most = stock.Value.MaxOutboxLength;
        return Task.FromResult(room.Fullest switch
        {
            null => HealthCheckResult.Degraded("not counted yet"),
            { Age: var age } when age > Stale => HealthCheckResult.Degraded($"last counted {age.TotalSeconds:0} s ago"),
            { Entries: var entries } when entries >= most => new HealthCheckResult(context.Registration.FailureStatus, $"{entries} of {most} entries: grabs are refused"),
            { Entries: var entries } when entries >= most / 2 => HealthCheckResult.Degraded($"{entries} of {most} entries wait for Kafka"),
            { Entries: var entries } => HealthCheckResult.Healthy($"{entries} of {most} entries"),
        });
    }
}
