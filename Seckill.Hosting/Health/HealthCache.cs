using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Seckill.Hosting.Health;

/// <summary>Runs all checks in parallel, at most once a second, however many probes ask: probes must not hurt what they watch.</summary>
internal sealed class HealthCache(HealthCheckService checks, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<HealthReport>? _report;
    private long _startedAt;
    private volatile bool _hasStarted;

    /// <summary>Whether all that a node must have had once has been there once, and together: from then on for good.</summary>
    public async Task<bool> HasStartedAsync() =>
        _hasStarted = _hasStarted || (await ReportAsync()).Entries.Values.Where(part => part.Tags.Contains(HealthRegistration.Startup)).All(part => part.Status is HealthStatus.Healthy);

    public Task<HealthReport> ReportAsync()
    {
        lock (_gate)
        {
            // A run that is under way serves everyone who asks meanwhile: each check has a deadline (HealthDeadline), so it ends.
            if (_report is null || (_report.IsCompleted && time.GetElapsedTime(_startedAt) > Freshness))
            {
                _startedAt = time.GetTimestamp();
                _report = checks.CheckHealthAsync();
            }

            return _report;
        }
    }
}
