using System.Text.RegularExpressions;
using Seckill.Local;

namespace Seckill.Integration.Metrics;

/// <summary>As much of PromQL as it takes to find the metrics that a query asks for. Whether the query is one at all is for <see cref="Promtool"/> to say.</summary>
internal static partial class PromQl
{
    private static readonly HashSet<string> Words = ["by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless", "offset", "bool", "inf", "nan"];

    // Prometheus makes these itself.
    private static readonly string[] OfTheScrape = ["up", "ALERTS"];

    /// <summary>All that a query may ask for: metrics with a row in <c>docs/metrics.md</c>, recording rules, and what a scrape brings.</summary>
    public static HashSet<string> KnownNames() =>
    [
        .. MetricRow.ReadAll().SelectMany(row => row.Type == "histogram" ? [row.Name + "_bucket", row.Name + "_sum", row.Name + "_count"] : (string[])[row.Name]),
        .. Record().Matches(File.ReadAllText(Path.Combine(Repository.Root, "deploy", "prometheus", "recording.rules.yml"))).Select(rule => rule.Groups["name"].Value),
        .. OfTheScrape,
    ];

    /// <summary>Names that are neither functions, words of the language, labels nor numbers.</summary>
    public static IEnumerable<string> NamesIn(string query) =>
        // Strings and selectors first, then the lists of labels after by(), without() and the like.
        Name().Matches(LabelList().Replace(Range().Replace(Selector().Replace(Quoted().Replace(query, "\"\""), string.Empty), string.Empty), " "))
            .Where(name => !name.Groups["call"].Success && !Words.Contains(name.Groups["name"].Value.ToLower(System.Globalization.CultureInfo.InvariantCulture)))
            .Select(name => name.Groups["name"].Value)
            .Distinct();

    [GeneratedRegex("""("([^"\\]|\\.)*")|('([^'\\]|\\.)*')""", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, 1_000)]
    private static partial Regex Selector();

    [GeneratedRegex(@"\[[^\]]*\]", RegexOptions.None, 1_000)]
    private static partial Regex Range();

    [GeneratedRegex(@"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex LabelList();

    [GeneratedRegex(@"(?<![\w:.])(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)\b(?<call>\s*\()?", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Name();

    [GeneratedRegex(@"record: (?<name>\S+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Record();
}
