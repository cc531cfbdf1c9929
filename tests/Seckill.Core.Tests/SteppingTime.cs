namespace Seckill.Core.Tests;

/// <summary>A wall clock that can be set, beside a monotonic one that cannot; both move only when told to, or with each reading. Thread-safe for one writer.</summary>
internal sealed class SteppingTime : TimeProvider
{
    private long _monotonicTicks;
    private long _offsetTicks = new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero).Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How far both clocks move each time the wall clock is read: for code that waits for it.</summary>
    public TimeSpan PerReading { get; set; }

    public override DateTimeOffset GetUtcNow()
    {
        Advance(PerReading);
        return new DateTimeOffset(Volatile.Read(ref _monotonicTicks) + Volatile.Read(ref _offsetTicks), TimeSpan.Zero);
    }

    public override long GetTimestamp() => Volatile.Read(ref _monotonicTicks);

    /// <summary>Time goes by, for both clocks.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref _monotonicTicks, by.Ticks);

    /// <summary>Somebody sets the wall clock.</summary>
    public void Step(TimeSpan by) => Interlocked.Add(ref _offsetTicks, by.Ticks);
}
