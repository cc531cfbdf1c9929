namespace Seckill.Core.GrabTokens;

/// <summary>An exponentially weighted share of refusals: every grab counts half after a half-life. Thread-safe.</summary>
/// <remarks>
/// Grabs are counted with one interlocked increment, and folded into the weights at most every <see cref="FoldEvery"/>, by whoever comes by first. <see cref="Prior"/> grabs that nobody refused are
/// always among them: one refusal of one grab is no crowd, and the share falls to nothing when the grabs end instead of standing where it stood.
/// </remarks>
internal sealed class RefusalRate(TimeSpan halfLife, TimeProvider time)
{
    /// <summary>Grabs that weigh against the first refusals.</summary>
    public const double Prior = 20;

    /// <summary>Counts wait for at most this long: little beside a half-life, much beside a grab.</summary>
    public static readonly TimeSpan FoldEvery = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private long _passed;
    private long _refused;
    private double _passedWeight;
    private double _refusedWeight;
    private long _foldedAt = time.GetTimestamp();

    /// <summary>Counts one grab.</summary>
    public void Count(bool refused)
    {
        Interlocked.Increment(ref refused ? ref _refused : ref _passed);
        if (time.GetElapsedTime(Volatile.Read(ref _foldedAt)) >= FoldEvery && _gate.TryEnter())
        {
            try
            {
                Fold();
            }
            finally
            {
                _gate.Exit();
            }
        }
    }

    /// <summary>The share of refusals now, 0 to 1.</summary>
    public double Share()
    {
        lock (_gate)
        {
            Fold();
            return _refusedWeight / (_refusedWeight + _passedWeight + Prior);
        }
    }

    private void Fold()
    {
        long now = time.GetTimestamp();
        double decay = Math.Pow(2, -(time.GetElapsedTime(_foldedAt, now) / halfLife));
        _passedWeight = (_passedWeight * decay) + Interlocked.Exchange(ref _passed, 0);
        _refusedWeight = (_refusedWeight * decay) + Interlocked.Exchange(ref _refused, 0);
        Volatile.Write(ref _foldedAt, now);
    }
}
