namespace Push.Hub.Backplane;

/// <summary>When the node last heard itself through Redis' pub/sub. Thread-safe.</summary>
internal sealed class BackplaneHearing(TimeProvider time)
{
    private long _heardAt;

    /// <summary>How long ago; null when it never did.</summary>
    public TimeSpan? Silence => Volatile.Read(ref _heardAt) is var at and not 0 ? time.GetElapsedTime(at) : null;

    /// <summary>A heartbeat of this node's own has come back.</summary>
    public void Heard() => Volatile.Write(ref _heardAt, time.GetTimestamp());
}
