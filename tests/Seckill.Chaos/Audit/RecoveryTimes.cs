namespace Seckill.Chaos.Audit;

/// <summary>How long after each fault orders flowed again: until the first order row whose reservation was made after the fault.</summary>
internal sealed class RecoveryTimes
{
    private readonly TimeSpan[] _sorted;

    private RecoveryTimes(IEnumerable<TimeSpan> times) => _sorted = [.. times.Order()];

    /// <summary>Reads them from the rows of a crowd that bought all the time.</summary>
    /// <param name="orders">All rows.</param>
    /// <param name="faults">When each fault struck, UTC.</param>
    public static RecoveryTimes Of(IEnumerable<OrderRow> orders, IEnumerable<DateTime> faults)
    {
        OrderRow[] rows = [.. orders];
        return new(faults.Select(fault => rows.Where(row => row.ReservedAt > fault).Select(row => (TimeSpan?)(row.CreatedAt - fault)).Min()).OfType<TimeSpan>());
    }

    public int Count => _sorted.Length;

    /// <summary>In seconds; NaN when nothing was measured.</summary>
    public double Percentile(double percent) =>
        _sorted.Length == 0 ? double.NaN : Math.Round(_sorted[Math.Min(_sorted.Length - 1, (int)(_sorted.Length * percent / 100))].TotalSeconds, 2);
}
