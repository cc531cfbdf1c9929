using System.Globalization;
using System.Net;
using System.Text;

namespace Seckill.LoadTests.Reporting;

/// <summary>What HTML reports are put together from.</summary>
internal static class HtmlParts
{
    /// <summary>Everything before the first heading; close it with <c>&lt;/main&gt;&lt;/body&gt;&lt;/html&gt;</c>.</summary>
    public static string Head(string title) =>
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        + $"<title>{Text(title)}</title><style>{HtmlStyle.Css}</style></head><body><main>";

    /// <summary>A heading and a card below it.</summary>
    public static void Section(StringBuilder html, string title, string body) =>
        html.Append(CultureInfo.InvariantCulture, $"<h2>{Text(title)}</h2><div class=\"card\">{body}</div>");

    /// <summary>A table of cells that are HTML already.</summary>
    /// <param name="heads">The columns.</param>
    /// <param name="rows">As many cells a row.</param>
    /// <param name="numbersFrom">The first column that is aligned to the right.</param>
    public static string Table(IReadOnlyList<string> heads, IEnumerable<string[]> rows, int numbersFrom = int.MaxValue)
    {
        StringBuilder table = new("<table><tr>");
        for (int index = 0; index < heads.Count; index++)
        {
            table.Append(CultureInfo.InvariantCulture, $"<th{(index >= numbersFrom ? " class=\"n\"" : string.Empty)}>{Text(heads[index])}</th>");
        }

        foreach (string[] row in rows)
        {
            table.Append("</tr><tr>");
            for (int index = 0; index < row.Length; index++)
            {
                table.Append(CultureInfo.InvariantCulture, $"<td{(index >= numbersFrom ? " class=\"n\"" : string.Empty)}>{row[index]}</td>");
            }
        }

        return table.Append("</tr></table>").ToString();
    }

    /// <summary>Text as HTML.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);
}
