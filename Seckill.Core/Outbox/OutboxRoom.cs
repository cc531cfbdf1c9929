namespace Seckill.Core.Outbox;

/// <summary>How full the fullest outbox is, as the relay measures it each second. Thread-safe.</summary>
public sealed class OutboxRoom(TimeProvider time)
{
    private Tuple<long, long>? _last;

    /// <summary>Entries of the bucket that has most, and how long ago they were counted; null before the first count.</summary>
    public (long Entries, TimeSpan Age)? Fullest => Volatile.Read(ref _last) is var (entries, at) ? (entries, time.GetElapsedTime(at)) : null;

    /// <summary>Notes a count.</summary>
    public void Measured(long entries) => Volatile.Write(ref _last, Tuple.Create(entries, time.GetTimestamp()));
}
