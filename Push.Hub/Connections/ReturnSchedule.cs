namespace Push.Hub.Connections;

/// <summary>Tells those who are turned away when to come back, so that they come at the rate at which the node takes them and not all together.</summary>
/// <remarks>
/// Whoever is turned away gets a place behind those who were before: a thousand refused at once by a node that takes a hundred a second are spread over ten seconds. The line shortens
/// by itself with time, so nothing is kept of those who never come back. Thread-safe.
/// </remarks>
/// <param name="perSecond">How many are taken in a second.</param>
/// <param name="max">The longest wait before jitter, and so the bound of the line.</param>
/// <param name="time">The clock; only its timestamps count.</param>
/// <param name="random">From 0 to 1.</param>
internal sealed class ReturnSchedule(double perSecond, TimeSpan max, TimeProvider time, Func<double> random)
{
    private readonly Lock _gate = new();
    private double _waiting;
    private long _at = time.GetTimestamp();

    /// <summary>How long the next one is to wait: half to one and a half times what his place is worth.</summary>
    public TimeSpan Next()
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            _waiting = Math.Max(0, _waiting - (time.GetElapsedTime(_at, now).TotalSeconds * perSecond)) + 1;
            _waiting = Math.Min(_waiting, max.TotalSeconds * perSecond);
            _at = now;
            return TimeSpan.FromSeconds(_waiting / perSecond * (0.5 + random()));
        }
    }
}
