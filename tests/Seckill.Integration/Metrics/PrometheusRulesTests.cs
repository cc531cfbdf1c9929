using System.Text.RegularExpressions;
using Seckill.Local;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Metrics;

/// <summary>Prometheus' own word on <c>deploy/prometheus</c>, and that each alert has its cases and its page.</summary>
public sealed partial class PrometheusRulesTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "prometheus");
    private static readonly string[] Cases = Directory.GetFiles(Path.Combine(Folder, "tests"), "*.test.yml");
    private static readonly string Alerts = File.ReadAllText(Path.Combine(Folder, "alerts.rules.yml"));
    private static readonly string Recordings = File.ReadAllText(Path.Combine(Folder, "recording.rules.yml"));

    [Fact]
    public async Task ConfigurationAndRules_AreSound()
    {
        (int code, string said) = await Promtool.RunAsync(null, "check", "config", "prometheus.yml");

        code.ShouldBe(0, said);
        said.ShouldContain("2 rule files found");
    }

    [Fact]
    public async Task EveryAlert_FiresWhenItShould_AndStaysSilentWhenItShould()
    {
        (int code, string said) = await Promtool.RunAsync(null, ["test", "rules", .. Cases]);

        code.ShouldBe(0, said);
        string cases = string.Concat(Cases.Select(File.ReadAllText));
        foreach (string alert in AlertNames())
        {
            Regex.IsMatch(cases, $@"alertname: {alert}\n        exp_alerts:\n          - ", RegexOptions.None, TimeSpan.FromSeconds(1)).ShouldBeTrue($"{alert} has no case in which it fires.");
            Regex.IsMatch(cases, $@"alertname: {alert}\n        exp_alerts: \[\]", RegexOptions.None, TimeSpan.FromSeconds(1)).ShouldBeTrue($"{alert} has no case in which it stays silent.");
        }
    }

    [Fact]
    public void EveryAlert_SaysWhatItMeans_AndHasItsSectionInTheRunbook_AndEverySectionItsAlert()
    {
        string[] sections = [.. Section().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "runbook.md"))).Select(section => section.Groups["name"].Value)];
        string[] alerts = AlertNames();

        sections.ShouldBe(alerts, ignoreOrder: true);
        alerts.ShouldBeUnique();
        foreach (Match rule in Rule().Matches(Alerts))
        {
            string name = rule.Groups["name"].Value, body = rule.Groups["body"].Value;
            body.ShouldMatch("severity: (page|warning)\n", name);
            body.ShouldMatch("summary: .{10,}\n", name);
            body.ShouldMatch("description: .{20,}\n", name);
            // A heading's anchor, as GitHub makes it.
            body.ShouldContain($"runbook_url: docs/runbook.md#{name.ToLower(System.Globalization.CultureInfo.InvariantCulture)}\n");
        }
    }

    [Fact]
    public void EveryRule_AsksForMetricsThatExist()
    {
        HashSet<string> known = PromQl.KnownNames();
        string[] expressions = [.. Expression().Matches(Alerts + Recordings).Select(found => found.Groups["one"].Success ? found.Groups["one"].Value.Trim('\'') : found.Groups["folded"].Value)];

        expressions.Length.ShouldBe(Regex.Count(Alerts + Recordings, "expr:", RegexOptions.None, TimeSpan.FromSeconds(1)));
        foreach (string expression in expressions)
        {
            PromQl.NamesIn(expression).Except(known).ShouldBeEmpty(expression);
        }
    }

    private static string[] AlertNames() => [.. Rule().Matches(Alerts).Select(rule => rule.Groups["name"].Value)];

    [GeneratedRegex(@"^### (?<name>Seckill\w+)\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Section();

    [GeneratedRegex(@"- alert: (?<name>\w+)\n(?<body>(        .*\n)+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Rule();

    [GeneratedRegex(@"expr: (>-\n(?<folded>(          .*\n)+)|(?<one>[^>\n].*))", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Expression();
}
