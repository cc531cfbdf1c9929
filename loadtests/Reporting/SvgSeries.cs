namespace Seckill.LoadTests.Reporting;

/// <summary>A line of a plot.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Colour">CSS class of the line, see <see cref="HtmlStyle"/>.</param>
/// <param name="Points">In plot units, by rising X.</param>
public sealed record SvgSeries(string Name, string Colour, IReadOnlyList<(double X, double Y)> Points);
