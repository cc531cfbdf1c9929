namespace Seckill.Chaos.Ids;

/// <summary>A node's clocks: each reading takes a moment, so time goes by while ids are made; the wall clock can be set, the monotonic one cannot. For one thread.</summary>
internal sealed class SettableClock : TimeProvider
{
    private static readonly long Start = new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero).Ticks;

    private long _offset = Start;
    private long _monotonic;

    /// <summary>How long a reading takes; zero for a burst within one moment.</summary>
    public TimeSpan PerReading { get; set; } = TimeSpan.FromMicroseconds(100);

    /// <summary>How far the wall clock is from where it ought to be.</summary>
    public TimeSpan Skew => TimeSpan.FromTicks(_offset - Start);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _monotonic;

    public override DateTimeOffset GetUtcNow() => new((_monotonic += PerReading.Ticks) + _offset, TimeSpan.Zero);

    /// <summary>The same clock, read some time later.</summary>
    public SettableClock CopyAfter(TimeSpan by) => new() { _offset = _offset, _monotonic = _monotonic + by.Ticks };

    public void Pass(TimeSpan by) => _monotonic += by.Ticks;

    public void Step(TimeSpan by) => _offset += by.Ticks;
}
