using System.Globalization;

namespace Seckill.LoadTests.Running;

/// <summary>A bound on one figure of a run, as <c>accepted.p99Ms&lt;=500</c>; a run that breaks it fails.</summary>
/// <param name="Figure">Name of the figure, see <see cref="Seckill.LoadTests.Reporting.RunFigures.Figures"/>.</param>
/// <param name="AtMost">True: the figure may not exceed the bound; false: may not fall below it.</param>
/// <param name="Bound">The bound itself is allowed.</param>
public sealed record Threshold(string Figure, bool AtMost, double Bound)
{
    /// <summary>Reads <c>figure&lt;=number</c> or <c>figure&gt;=number</c>.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static Threshold Parse(string text)
    {
        foreach ((string sign, bool atMost) in (ReadOnlySpan<(string, bool)>)[("<=", true), (">=", false)])
        {
            int at = text.IndexOf(sign, StringComparison.Ordinal);
            if (at > 0 && double.TryParse(text.AsSpan(at + 2), NumberStyles.Float, CultureInfo.InvariantCulture, out double bound))
            {
                return new Threshold(text[..at].Trim(), atMost, bound);
            }
        }

        throw new FormatException($"'{text}' is no threshold: write figure<=number or figure>=number, for example accepted.p99Ms<=500.");
    }

    /// <summary>Judges the figures of a run.</summary>
    /// <exception cref="FormatException">No such figure.</exception>
    public ThresholdResult Judge(IReadOnlyDictionary<string, double> figures)
    {
        if (!figures.TryGetValue(Figure, out double value))
        {
            throw new FormatException($"There is no figure '{Figure}'. Known: {string.Join(", ", figures.Keys.Order(StringComparer.Ordinal))}.");
        }

        return new ThresholdResult(this, value, AtMost ? value <= Bound : value >= Bound);
    }

    public override string ToString() => $"{Figure} {(AtMost ? "<=" : ">=")} {Bound}";
}
