using System.Threading.Channels;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Audit;

/// <summary>Notes who asked for what his role does not allow, beside the requests: nobody waits for it, and nobody can fill the log with it. Thread-safe.</summary>
/// <remarks>
/// Anybody with a token can be refused as often as he likes, so the entries are bounded: a user has <see cref="PerUserAndMinute"/> a minute on a node, all users <see cref="PerMinute"/>, and
/// <see cref="Waiting"/> wait to be written. What is beyond is counted (<c>seckill.audit.refusals_dropped</c>) and nothing else.
/// </remarks>
public sealed class RefusedAccess : BackgroundService
{
    /// <summary>Entries of one user in a minute.</summary>
    public const int PerUserAndMinute = 10;

    /// <summary>Entries of all users in a minute.</summary>
    public const int PerMinute = 120;

    private const int Waiting = 256;

    private readonly AuditLog _audit;
    private readonly TimeProvider _time;
    private readonly ILogger<RefusedAccess> _log;
    private readonly Channel<AuditNote> _notes =
        Channel.CreateBounded<AuditNote>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    // The user's own bound is asked first: whoever is over it takes nothing from the others. Limiters of users who fall silent are let go by the library.
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetFixedWindowLimiter(who, _ => Window(PerUserAndMinute))),
        PartitionedRateLimiter.Create<string, int>(_ => RateLimitPartition.GetFixedWindowLimiter(0, _ => Window(PerMinute))));

    /// <summary>Starts empty.</summary>
    public RefusedAccess(AuditLog audit, TimeProvider time, ILogger<RefusedAccess> log) => (_audit, _time, _log) = (audit, time, log);

    /// <summary>Notes one refused request.</summary>
    /// <param name="who">The token's user.</param>
    /// <param name="role">The token's role.</param>
    /// <param name="request">Method and path.</param>
    /// <param name="address">From where.</param>
    public void Note(string who, string role, string request, string? address)
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(who);
        if (!lease.IsAcquired || !_notes.Writer.TryWrite(new AuditNote().Begin(_time.GetUtcNow(), who, role, AuditActions.Refused, request, address)))
        {
            AuditMetrics.RefusalsDropped.Add(1);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _limiter.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (AuditNote note in _notes.Reader.ReadAllAsync(stoppingToken))
            {
                try
                {
                    await _audit.WriteAsync(note, stoppingToken);
                }
                catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
                {
                    AuditMetrics.RefusalsDropped.Add(1);
                    _log.RefusalNotAudited(note.Who, fault);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private static FixedWindowRateLimiterOptions Window(int permits) => new() { PermitLimit = permits, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 };
}
