namespace Seckill.LoadTests.Running;

/// <summary>Every attempt of a run, in memory allotted before T0. Bounded: <see cref="IsFull"/> ends closed simulations; open ones fit by plan. Thread-safe.</summary>
public sealed class AttemptLog
{
    private readonly Attempt[] _attempts;
    private readonly LatencyHistogram[] _latencies = [.. AnswerText.All.Select(_ => new LatencyHistogram())];
    private readonly Dictionary<string, int> _faults = [];
    private readonly Lock _faultsLock = new();
    private int _reserved;

    public AttemptLog(int capacity)
    {
        _attempts = new Attempt[capacity];
    }

    public bool IsFull => Volatile.Read(ref _reserved) >= _attempts.Length;

    /// <summary>Attempts that have ended. Read the span only when the run is over.</summary>
    public ReadOnlySpan<Attempt> Attempts => _attempts.AsSpan(0, Math.Min(Volatile.Read(ref _reserved), _attempts.Length));

    /// <summary>Error texts with their counts; at most <see cref="MaxFaults"/> kinds, the rest under "other".</summary>
    public IReadOnlyDictionary<string, int> Faults => _faults;

    public const int MaxFaults = 20;

    public void Add(in Attempt attempt, string? fault)
    {
        int index = Interlocked.Increment(ref _reserved) - 1;
        if (index < _attempts.Length)
        {
            _attempts[index] = attempt;
            _latencies[(int)attempt.Answer].Record(attempt.Latency);
        }

        if (fault is not null)
        {
            AddFault(fault);
        }
    }

    /// <summary>Latencies from the intended arrival, of one kind of answer.</summary>
    public LatencyHistogram Latency(Answer answer) => _latencies[(int)answer];

    public long Count(Answer answer) => _latencies[(int)answer].Count;

    private void AddFault(string fault)
    {
        lock (_faultsLock)
        {
            string key = _faults.ContainsKey(fault) || _faults.Count < MaxFaults ? fault : "other";
            _faults[key] = _faults.GetValueOrDefault(key) + 1;
        }
    }
}
