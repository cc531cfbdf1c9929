using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Seckill.Hosting.Health;

/// <summary>Runs all checks in parallel, at most once a second, however many probes ask: probes must not hurt what they watch.</summary>
internal sealed class HealthCache(HealthCheckService checks, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<HealthReport>? _report;
    private long _startedAt;

    public Task<HealthReport> ReportAsync()
    {
        lock (_gate)
        {
            // A run that is under way serves everyone who asks meanwhile: each check has a deadline, so it ends.
            if (_report is null || (_report.IsCompleted && time.GetElapsedTime(_startedAt) > Freshness))
            {
                _startedAt = time.GetTimestamp();
                _report = checks.CheckHealthAsync();
            }

            return _report;
        }
    }
}
