using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Redis;

namespace Seckill.Core.Identity;

/// <summary>Keeps <see cref="TokenRevocations"/> up to date: at once when told, in any case within <see cref="PollInterval"/>, and unchanged while Redis is away.</summary>
/// <remarks>
/// Each revocation has a version of its own, so a node reads what it has not seen. When Redis has forgotten, everything is read again, and what
/// this node remembers is put back: what was revoked stays revoked as long as one node remembers.
/// </remarks>
public sealed class RevocationLoop(TokenRevocations revocations, RevocationStore store, RedisListener listener, TimeProvider time, ILogger<RevocationLoop> log) : BackgroundService
{
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _seen;
    private bool _subscribed;

    /// <summary>How often the version is compared: 1 s, the longest that a lost message hides a revocation.</summary>
    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                revocations.Forget(time.GetUtcNow().ToUnixTimeSeconds());
                await RefreshAsync();
                revocations.IsLoaded = true;

                // After what it makes faster: a node that may not listen still polls.
                if (!_subscribed)
                {
                    await listener.SubscribeAsync(RevocationKeys.Channel, _ => _changes.Writer.TryWrite(true));
                    _subscribed = true;
                }
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                log.RevocationsNotRefreshed(fault);
            }

            await WaitForChangeAsync(stoppingToken);
        }
    }

    private async Task RefreshAsync()
    {
        long version = await store.VersionAsync();
        if (await HasForgottenAsync(version))
        {
            // What is new comes first: putting back may take long.
            _seen = 0;
            await ReadUpToAsync(version);
            await PutBackAsync();
            version = await store.VersionAsync();
        }

        await ReadUpToAsync(version);
    }

    private async Task ReadUpToAsync(long version)
    {
        while (version > _seen)
        {
            (IReadOnlyList<Revocation> page, long upTo) = await store.ReadAsync(_seen);
            foreach (Revocation revocation in page)
            {
                revocations.Add(revocation);
            }

            // An empty page: what was noted under the last versions has expired.
            _seen = upTo > _seen ? upTo : version;
        }
    }

    // A lower version is a loss. So may a higher one be: somebody may have revoked something since, in the new life; then what was seen last is not there.
    // It may also have expired there. Then putting back what has not is for nothing, and does no harm.
    private async Task<bool> HasForgottenAsync(long version) => version < _seen || (version > _seen && _seen > 0 && !await store.HasAsync(_seen));

    private async Task PutBackAsync()
    {
        foreach (Revocation revocation in revocations.All)
        {
            await store.WriteAsync(revocation);
        }
    }

    private async Task WaitForChangeAsync(CancellationToken stop)
    {
        using CancellationTokenSource due = new(PollInterval, time);
        using CancellationTokenSource poll = CancellationTokenSource.CreateLinkedTokenSource(stop, due.Token);
        try
        {
            await _changes.Reader.ReadAsync(poll.Token);
        }
        catch (OperationCanceledException)
        {
            // The poll is due, or the host stops; the loop tells which.
        }
    }
}
