using System.Globalization;
using System.Net;
using System.Text;

namespace Seckill.LoadTests.Reporting;

/// <summary>Draws plots as inline SVG: no script, no asset, so a report is one file that opens anywhere.</summary>
public static class SvgPlot
{
    private const int Width = 960;
    private const int Height = 300;
    private const int Left = 76;
    private const int Right = 30;
    private const int Top = 14;
    private const int Bottom = 46;
    private const int BarHeight = 30;

    /// <summary>A line chart with its legend.</summary>
    public static string Lines(string label, SvgAxis x, SvgAxis y, IReadOnlyList<SvgSeries> series)
    {
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Text(label)}\">");
        foreach ((double at, string text) in y.Ticks)
        {
            double place = PlaceY(y, at);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{place:F1}\" y2=\"{place:F1}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{Left - 8}\" y=\"{place + 4:F1}\" text-anchor=\"end\">{Text(text)}</text>");
        }

        foreach ((double at, string text) in x.Ticks)
        {
            double place = PlaceX(x, at);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{place:F1}\" x2=\"{place:F1}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{place:F1}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{Text(text)}</text>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"title\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">{Text(x.Title)}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"title\" transform=\"translate(14 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{Text(y.Title)}</text>");
        foreach (SvgSeries line in series)
        {
            string points = string.Join(' ', line.Points.Select(point =>
                string.Create(CultureInfo.InvariantCulture, $"{PlaceX(x, point.X):F1},{PlaceY(y, point.Y):F1}")));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"line {line.Colour}\" points=\"{points}\"><title>{Text(line.Name)}</title></polyline>");
        }

        svg.Append("</svg><p class=\"legend\">");
        foreach (SvgSeries line in series)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<span><i class=\"{line.Colour}\"></i>{Text(line.Name)}</span>");
        }

        return svg.Append("</p>").ToString();
    }

    /// <summary>Horizontal bars, one per row, each with its figure written out.</summary>
    public static string Bars(string label, IReadOnlyList<(string Name, string Colour, double Value, string Note)> bars)
    {
        const int NameWidth = 190;
        const int NoteWidth = 190;
        double max = Math.Max(1, bars.Max(bar => bar.Value));
        int height = (bars.Count * BarHeight) + 4;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{Text(label)}\">");
        for (int index = 0; index < bars.Count; index++)
        {
            (string name, string colour, double value, string note) = bars[index];
            int top = index * BarHeight;
            double width = value <= 0 ? 0 : Math.Max(2, value / max * (Width - NameWidth - NoteWidth));
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"name\" x=\"{NameWidth - 10}\" y=\"{top + 20}\" text-anchor=\"end\">{Text(name)}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"bar {colour}\" x=\"{NameWidth}\" y=\"{top + 5}\" width=\"{width:F1}\" height=\"{BarHeight - 10}\" rx=\"3\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"note\" x=\"{NameWidth + width + 8:F1}\" y=\"{top + 20}\">{Text(note)}</text>");
        }

        return svg.Append("</svg>").ToString();
    }

    private static double PlaceX(SvgAxis axis, double value) => Left + (axis.Place(value) * (Width - Left - Right));

    private static double PlaceY(SvgAxis axis, double value) => Height - Bottom - (axis.Place(value) * (Height - Top - Bottom));

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
