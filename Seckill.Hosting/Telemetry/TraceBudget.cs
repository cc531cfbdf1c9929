namespace Seckill.Hosting.Telemetry;

/// <summary>So many traces a second and no more. Thread-safe, without a lock: at the turn of a second a few may pass beside the bound, which nobody minds.</summary>
internal sealed class TraceBudget(int perSecond, TimeProvider time)
{
    private long _second;
    private int _taken;

    public bool TryTake()
    {
        long second = time.GetTimestamp() / time.TimestampFrequency;
        if (Volatile.Read(ref _second) != second && Interlocked.Exchange(ref _second, second) != second)
        {
            Volatile.Write(ref _taken, 0);
        }

        return Interlocked.Increment(ref _taken) <= perSecond;
    }
}
