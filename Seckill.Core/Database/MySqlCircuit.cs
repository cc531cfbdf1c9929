using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Resilience;

namespace Seckill.Core.Database;

/// <summary>
/// Holds work back while MySQL is away: a call that meets an absent server opens the circuit, everyone waits a growing pause, one call probes, and its success lets all go on. A
/// caller never sees the outage, only a longer wait; what the server answers about the values comes through.
/// </summary>
/// <remarks>
/// Thread-safe. One fault opens it, since a batch is one call and repeating it is harmless; a breaker that counts a ratio over a window would need more calls than a stalled intake
/// makes. State: <c>seckill.circuit.state</c>, dependency <c>mysql</c>. The Api, whose callers do not wait, has another: <see cref="DatabaseGuard"/>.
/// </remarks>
/// <param name="longestPause">Longest pause between two probes.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where opening and closing is said, once each.</param>
public sealed class MySqlCircuit(TimeSpan longestPause, TimeProvider time, ILogger<MySqlCircuit> log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    // How often those who wait look whether the probe has succeeded.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    private readonly Lock _gate = new();
    private TimeSpan _pause;
    private TimeSpan _wait;
    private long _openedAt;
    private bool _open;
    private bool _probing;

    /// <summary>True while calls wait.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return _open;
            }
        }
    }

    /// <summary>Runs the call, and again until MySQL has answered it.</summary>
    /// <param name="call">Idempotent: after a broken connection it is repeated although it may have taken effect. It must end by itself, as everything on a <see cref="BoundedConnection"/> does.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    /// <exception cref="System.Data.Common.DbException">The server answered and refuses: anything but <see cref="MySqlFault.Away"/>.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken stop)
    {
        while (true)
        {
            bool probe = await EnterAsync(stop);
            try
            {
                T result = await call();
                Close();
                return result;
            }
            catch (Exception fault) when (!stop.IsCancellationRequested && !Planted.F5 && MySqlErrors.Classify(fault) == MySqlFault.Away)
            {
                Open(fault, probe);
            }
            catch
            {
                // It answered, or we are stopping: nobody else has to wait for us.
                Close();
                throw;
            }
        }
    }

    /// <summary>Opens the circuit for a fault that only the caller could see to be the server's.</summary>
    public void Open(Exception fault) => Open(fault, probe: false);

    private void Open(Exception fault, bool probe)
    {
        TimeSpan pause;
        lock (_gate)
        {
            if (_open && !probe)
            {
                return; // Was under way when another opened it: one outage, one pause.
            }

            _pause = !_open ? FirstPause : _pause * 2 < longestPause ? _pause * 2 : longestPause;
            _wait = pause = _pause * (0.5 + Random.Shared.NextDouble());
            (_open, _probing, _openedAt) = (true, false, time.GetTimestamp());
        }

        CircuitMetrics.Stands(SeckillDatabase.Dependency, CircuitMetrics.Open);
        log.MySqlCircuitOpen(pause, fault);
    }

    private void Close()
    {
        lock (_gate)
        {
            if (!_open)
            {
                return;
            }

            (_open, _probing) = (false, false);
        }

        CircuitMetrics.Stands(SeckillDatabase.Dependency, CircuitMetrics.Closed);
        log.MySqlCircuitClosed();
    }

    /// <returns>True for the one call that probes an open circuit.</returns>
    private async Task<bool> EnterAsync(CancellationToken stop)
    {
        while (true)
        {
            TimeSpan left;
            lock (_gate)
            {
                if (!_open)
                {
                    return false;
                }

                left = _wait - time.GetElapsedTime(_openedAt);
                if (left <= TimeSpan.Zero && !_probing)
                {
                    _probing = true;
                    CircuitMetrics.Stands(SeckillDatabase.Dependency, CircuitMetrics.Probing);
                    return true;
                }
            }

            await Task.Delay(left < Look ? Look : left, time, stop);
        }
    }
}
