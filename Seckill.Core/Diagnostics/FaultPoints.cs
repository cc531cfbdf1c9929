namespace Seckill.Core.Diagnostics;

/// <summary>The armed <see cref="FaultPoint"/>s of one process; none in production, where reaching a point costs an array read.</summary>
public sealed class FaultPoints
{
    private readonly Func<Task>?[] _actions = new Func<Task>?[Enum.GetValues<FaultPoint>().Length];

    /// <summary>Runs <paramref name="action"/> whenever the point is reached; null disarms it. What the action throws, the loop meets.</summary>
    public void Arm(FaultPoint point, Func<Task>? action) => Volatile.Write(ref _actions[(int)point], action);

    internal Task ReachAsync(FaultPoint point) => Volatile.Read(ref _actions[(int)point])?.Invoke() ?? Task.CompletedTask;
}
