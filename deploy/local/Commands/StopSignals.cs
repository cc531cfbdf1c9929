using System.Runtime.InteropServices;

namespace Seckill.Local.Commands;

/// <summary>Turns Ctrl-C, SIGTERM and a closed terminal into a token. A second one ends the process at once; its children then die with it.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public StopSignals()
    {
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, Handle));
        }
    }

    public CancellationToken Stop => _stop.Token;

    /// <summary>Waits for the first signal.</summary>
    public async Task WaitAsync()
    {
        TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = _stop.Token.Register(arrived.SetResult);
        await arrived.Task;
    }

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _stop.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (!_stop.IsCancellationRequested)
        {
            context.Cancel = true;
            _stop.Cancel();
        }
    }
}
