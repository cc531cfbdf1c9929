using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Audit;

/// <summary>Takes out entries that are older than <see cref="AuditOptions.Retention"/>, a batch at a time. Every Worker may run one: whoever finds an entry gone has nothing to do.</summary>
internal sealed class AuditSweep(AuditLog audit, SchemaGate schema, IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditSweep> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await schema.WaitAsync(stoppingToken);
            using PeriodicTimer timer = new(options.Value.SweepInterval, time);
            do
            {
                await SweepAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task SweepAsync(CancellationToken stop)
    {
        try
        {
            while (await audit.SweepAsync(time.GetUtcNow() - options.Value.Retention, stop) >= AuditLog.SweepBatch)
            {
                // A full batch: more may be left.
            }
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            log.AuditNotSwept(fault);
        }
    }
}
