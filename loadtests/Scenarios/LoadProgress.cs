using Seckill.LoadTests.Running;

namespace Seckill.LoadTests.Scenarios;

/// <summary>Where a run stands; polled by whoever draws it.</summary>
public sealed class LoadProgress
{
    private volatile string _phase = "starting";
    private volatile string _detail = string.Empty;
    private volatile OpenModelRunner? _runner;

    public string Phase => _phase;

    public string Detail => _detail;

    /// <summary>The measured run, once it has begun.</summary>
    public OpenModelRunner? Runner => _runner;

    public void Enter(string phase, OpenModelRunner? runner = null)
    {
        _detail = string.Empty;
        _runner = runner ?? _runner;
        _phase = phase;
    }

    public void Tell(string detail) => _detail = detail;

    /// <summary>Reports a count out of a total as the detail.</summary>
    public IProgress<int> Count(int total) => new Counter(this, total);

    private sealed class Counter(LoadProgress owner, int total) : IProgress<int>
    {
        public void Report(int value)
        {
            if (value % 50 == 0 || value == total)
            {
                owner.Tell($"{value:N0} of {total:N0}");
            }
        }
    }
}
