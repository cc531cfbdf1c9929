using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Seckill.Hosting.Health;

/// <summary>Holds every check to <see cref="HealthRegistration.Deadline"/>, whoever wrote it and whether it heeds its token or not.</summary>
/// <remarks>
/// A driver that waits for a silent server takes no notice of a token, and one check that hangs would hang the whole report, and every probe with it. One that has not ended is not begun again: the next
/// report waits for the same one, so that probes never pile calls up before a server that is silent.
/// </remarks>
internal sealed class HealthDeadline(Func<IServiceProvider, IHealthCheck> make)
{
    private readonly Lock _gate = new();
    private Task<HealthCheckResult>? _underWay;

    /// <summary>Takes the place of the time-out of all registrations.</summary>
    public static void ApplyTo(HealthCheckServiceOptions options)
    {
        foreach (HealthCheckRegistration part in options.Registrations)
        {
            HealthDeadline bounded = new(part.Factory);
            part.Timeout = Timeout.InfiniteTimeSpan;
            part.Factory = provider => new Bounded(bounded, provider);
        }
    }

    private async Task<HealthCheckResult> CheckAsync(IServiceProvider provider, HealthCheckContext context)
    {
        try
        {
            return await Begin(provider, context).WaitAsync(HealthRegistration.Deadline);
        }
        catch (Exception fault)
        {
            // Said in a sentence: a stack trace at every probe would bury the log. What the client libraries add after the first clause is for their own developers.
            string reason = fault is TimeoutException ? $"No answer within {HealthRegistration.Deadline.TotalSeconds} s." : fault.Message.Split(';', '\n')[0];
            return new HealthCheckResult(context.Registration.FailureStatus, reason);
        }
    }

    private Task<HealthCheckResult> Begin(IServiceProvider provider, HealthCheckContext context)
    {
        lock (_gate)
        {
            return _underWay is { IsCompleted: false } ? _underWay : _underWay = Task.Run(() => make(provider).CheckHealthAsync(context, CancellationToken.None));
        }
    }

    private sealed class Bounded(HealthDeadline deadline, IServiceProvider provider) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => deadline.CheckAsync(provider, context);
    }
}
