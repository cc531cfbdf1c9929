namespace Seckill.Core.Diagnostics;

/// <summary>The armed <see cref="FaultPoint"/>s of one process; none in production, where reaching a point costs an array read.</summary>
/// <remarks>Thread-safe. Tests arm it in process, or from outside through the hosts' Development-only endpoint <c>/dev/faults</c>.</remarks>
public sealed class FaultPoints
{
    private readonly Func<Task>?[] _actions = new Func<Task>?[Enum.GetValues<FaultPoint>().Length];
    private readonly long[] _fired = new long[Enum.GetValues<FaultPoint>().Length];

    /// <summary>Runs <paramref name="action"/> whenever the point is reached; null disarms it. What the action throws, the loop meets.</summary>
    public void Arm(FaultPoint point, Func<Task>? action) => Volatile.Write(ref _actions[(int)point], action);

    /// <summary>Whether reaching the point does anything.</summary>
    internal bool IsArmed(FaultPoint point) => Volatile.Read(ref _actions[(int)point]) is not null;

    /// <summary>How often an armed point was reached: a test whose fault never fired has proved nothing.</summary>
    public long Fired(FaultPoint point) => Volatile.Read(ref _fired[(int)point]);

    /// <summary>The code is at the point: runs what is armed there.</summary>
    public Task ReachAsync(FaultPoint point)
    {
        if (Volatile.Read(ref _actions[(int)point]) is not { } action)
        {
            return Task.CompletedTask;
        }

        Interlocked.Increment(ref _fired[(int)point]);
        return action();
    }
}
