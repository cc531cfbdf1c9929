namespace Seckill.LoadTests.PushFanout;

/// <summary>All figures of a run by name, round by round. Filled by one phase after another.</summary>
internal sealed class Measurements
{
    private readonly Dictionary<string, List<double>> _rounds = [];
    private readonly HashSet<string> _counts = [];

    /// <summary>What each round gave, in order.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> Rounds => _rounds.ToDictionary(one => one.Key, one => (IReadOnlyList<double>)one.Value);

    /// <summary>The median of the rounds; of what is counted, the sum.</summary>
    public IReadOnlyDictionary<string, double> Figures =>
        _rounds.ToDictionary(one => one.Key, one => _counts.Contains(one.Key) ? one.Value.Sum() : Median(one.Value));

    /// <summary>Adds what a round measured.</summary>
    public void Add(string figure, double value)
    {
        if (!_rounds.TryGetValue(figure, out List<double>? values))
        {
            _rounds[figure] = values = [];
        }

        values.Add(value);
    }

    /// <summary>Adds what may not be hidden by a median: it is summed.</summary>
    public void Count(string figure, long value)
    {
        _counts.Add(figure);
        Add(figure, value);
    }

    /// <summary>Counts what was lost, repeated, out of order and closed in a measurement of a phase.</summary>
    public void Audit(string phase, long sent, Tally tally)
    {
        Count($"{phase}.sent", sent);
        Count($"{phase}.lost", Math.Max(0, sent - tally.Received));
        Count($"{phase}.repeated", tally.Repeated);
        Count($"{phase}.disordered", tally.Disordered);
        Count($"{phase}.closed", tally.Closed);
    }

    /// <summary>A gain over another; 0 where there is nothing to divide, which keeps no lower bound.</summary>
    public static double Ratio(double value, double to) => to > 0 ? value / to : 0;

    /// <summary>A cost over another; endless where there is nothing to divide, which keeps no upper bound.</summary>
    public static double Cost(double value, double to) => value > 0 && to > 0 ? value / to : double.MaxValue;

    // The middle one; of an even number the mean of the two.
    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
