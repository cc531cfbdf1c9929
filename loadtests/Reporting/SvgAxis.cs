namespace Seckill.LoadTests.Reporting;

/// <summary>An axis with its ticks.</summary>
/// <param name="Title">With the unit.</param>
/// <param name="Min">Left or lower end.</param>
/// <param name="Max">Right or upper end, above <paramref name="Min"/>.</param>
/// <param name="IsLog">Logarithmic; both ends above zero.</param>
/// <param name="Ticks">Places with their labels.</param>
public sealed record SvgAxis(string Title, double Min, double Max, bool IsLog, IReadOnlyList<(double At, string Label)> Ticks)
{
    /// <summary>From zero, with about five round ticks.</summary>
    public static SvgAxis Linear(string title, double max, Func<double, string> label)
    {
        double raw = Math.Max(max, 1e-9) / 5;
        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = power * ((raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        int count = (int)Math.Ceiling(Math.Max(max, 1e-9) / step);
        return new SvgAxis(title, 0, step * count, IsLog: false, [.. Enumerable.Range(0, count + 1).Select(index => (index * step, label(index * step)))]);
    }

    /// <summary>Powers of ten around the values.</summary>
    public static SvgAxis Log(string title, double min, double max, Func<double, string> label)
    {
        int low = (int)Math.Floor(Math.Log10(Math.Max(min, 1e-3)));
        int high = Math.Max(low + 1, (int)Math.Ceiling(Math.Log10(Math.Max(max, 1e-3))));
        return new SvgAxis(title, Math.Pow(10, low), Math.Pow(10, high), IsLog: true,
            [.. Enumerable.Range(low, high - low + 1).Select(power => (Math.Pow(10, power), label(Math.Pow(10, power))))]);
    }

    /// <summary>Place of a value between the ends, 0 to 1.</summary>
    public double Place(double value) => IsLog
        ? Math.Clamp(Math.Log(Math.Max(value, Min) / Min) / Math.Log(Max / Min), 0, 1)
        : Math.Clamp((value - Min) / (Max - Min), 0, 1);
}
