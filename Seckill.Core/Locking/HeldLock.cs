using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Locking;

/// <summary>A lock that is held, kept alive by a watchdog until it is disposed or lost. Once lost it never comes back; take a new one.</summary>
/// <remarks>
/// <see cref="Lost"/> fires when the instances say that the lock is another's, and at the latest when the time of the last extension is up, counted from before that was sent.
/// A process that is paused cannot fire anything: what it writes when it wakes up is caught by <see cref="Token"/>. Thread-safe.
/// </remarks>
public sealed class HeldLock : IAsyncDisposable
{
    private readonly Redlock _redlock;
    private readonly string _owner;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _lost;
    private readonly CancellationTokenSource _released = new();
    private readonly Task _watchdog;
    private long _extendedAt;
    private int _disposed;

    internal HeldLock(Redlock redlock, FencingToken token, string owner, long sentAt, TimeProvider time, ILogger log)
    {
        _redlock = redlock;
        _owner = owner;
        _time = time;
        _log = log;
        _extendedAt = sentAt;
        Token = token;
        _lost = new CancellationTokenSource(Left, time);
        Lost = _lost.Token;
        LockingMetrics.Held.Add(1, LockingMetrics.Of(token.Resource));
        _watchdog = KeepAsync();
    }

    /// <summary>The number that this holding's writes carry.</summary>
    public FencingToken Token { get; }

    /// <summary>Fires when the lock can no longer be vouched for.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Whether the lock is ours now, by the monotonic clock: also right in the moment after a pause, when <see cref="Lost"/> has not fired yet.</summary>
    public bool IsHeld => !Lost.IsCancellationRequested && Left > TimeSpan.Zero;

    private TimeSpan Left
    {
        get
        {
            TimeSpan left = _redlock.Validity - _time.GetElapsedTime(Volatile.Read(ref _extendedAt));
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Stops the watchdog and gives the lock back, if it is still ours.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _released.CancelAsync();
        await _watchdog;
        await _redlock.ReleaseAsync(Token.Resource, _owner);
        await _lost.CancelAsync();
        LockingMetrics.Held.Add(-1, LockingMetrics.Of(Token.Resource));
        _lost.Dispose();
        _released.Dispose();
    }

    private async Task KeepAsync()
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(_released.Token, Lost);
        TimeSpan pause = _redlock.ExtendEvery;
        try
        {
            while (true)
            {
                await Task.Delay(pause, _time, end.Token);
                if (!IsHeld)
                {
                    // A pause has eaten the time before the timer could fire: whoever is next must not find our votes renewed.
                    await _lost.CancelAsync();
                    continue;
                }

                long sentAt = _time.GetTimestamp();
                LockTally votes = await _redlock.ExtendAsync(Token, _owner, first: false);
                if (votes.IsRefused)
                {
                    await _lost.CancelAsync();
                }
                else if (votes.IsGiven && IsHeld)
                {
                    Volatile.Write(ref _extendedAt, sentAt);
                    _lost.CancelAfter(Left);
                }

                // What could not be extended now is tried soon again, while there is time.
                pause = votes.IsGiven ? _redlock.ExtendEvery : _redlock.ExtendEvery / 4;
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            if (Lost.IsCancellationRequested)
            {
                LockingMetrics.Lost.Add(1, LockingMetrics.Of(Token.Resource));
                _log.LockLost(Token.Resource, Token.Value);
            }
        }
    }
}
