namespace Seckill.Core.Database;

/// <summary>Opens once this process knows that the schema is in place. Loops that need tables wait for it; health asks it. Thread-safe.</summary>
public sealed class SchemaGate
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _fault;

    /// <summary>True once the schema is in place.</summary>
    public bool IsOpen => _ready.Task.IsCompletedSuccessfully;

    /// <summary>Why it is not open yet; null when open or when nothing was tried.</summary>
    public string? Fault => IsOpen ? null : _fault;

    /// <summary>Waits for the schema.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    public Task WaitAsync(CancellationToken stop) => _ready.Task.WaitAsync(stop);

    /// <summary>The schema is in place.</summary>
    public void Open() => _ready.TrySetResult();

    /// <summary>Notes why an attempt failed.</summary>
    public void Report(string fault) => _fault = fault;
}
