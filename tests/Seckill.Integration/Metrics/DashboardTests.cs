using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Seckill.Local;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Metrics;

/// <summary>The dashboards of <c>deploy/grafana</c>: that Grafana can load them, and that every query is one and asks for what exists.</summary>
public sealed partial class DashboardTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "grafana");

    [Fact]
    public void FourDashboards_EachWithItsOwnNameAndTitle_AndOneDatasource()
    {
        JsonElement[] dashboards = [.. Dashboards().Select(one => one.Root)];

        dashboards.Select(one => one.GetProperty("uid").GetString()).ShouldBe(["seckill-sale", "seckill-pipeline", "seckill-push", "seckill-runtime"], ignoreOrder: true);
        dashboards.Select(one => one.GetProperty("title").GetString()).ShouldBeUnique();
        string source = File.ReadAllText(Path.Combine(Folder, "provisioning", "datasources", "prometheus.yml"));
        source.ShouldContain("uid: seckill-prometheus");
        File.ReadAllText(Path.Combine(Folder, "provisioning", "dashboards", "seckill.yml")).ShouldContain("type: file");
    }

    [Fact]
    public void EveryPanel_HasItsOwnIdAndPlace_ATitle_AUnit_AndSaysWhatItShows()
    {
        foreach ((string file, JsonElement dashboard) in Dashboards())
        {
            JsonElement[] panels = [.. dashboard.GetProperty("panels").EnumerateArray()];
            panels.Select(panel => panel.GetProperty("id").GetInt32()).ShouldBeUnique(file);
            foreach (JsonElement panel in panels.Where(panel => panel.GetProperty("type").GetString() != "row"))
            {
                string title = $"{file}: {panel.GetProperty("title").GetString()}";
                panel.GetProperty("description").GetString().ShouldNotBeNullOrWhiteSpace(title);
                panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString().ShouldNotBeNullOrWhiteSpace(title);
                panel.GetProperty("datasource").GetProperty("uid").GetString().ShouldBe("seckill-prometheus", title);
                panel.GetProperty("targets").GetArrayLength().ShouldBeGreaterThan(0, title);
                panel.GetProperty("targets").EnumerateArray().Select(target => target.GetProperty("refId").GetString()).ShouldBeUnique(title);
                JsonElement place = panel.GetProperty("gridPos");
                (place.GetProperty("x").GetInt32() + place.GetProperty("w").GetInt32()).ShouldBeLessThanOrEqualTo(24, title);
            }

            HashSet<(int, int)> taken = [];
            foreach (JsonElement place in panels.Select(panel => panel.GetProperty("gridPos")))
            {
                for (int x = place.GetProperty("x").GetInt32(); x < place.GetProperty("x").GetInt32() + place.GetProperty("w").GetInt32(); x++)
                {
                    for (int y = place.GetProperty("y").GetInt32(); y < place.GetProperty("y").GetInt32() + place.GetProperty("h").GetInt32(); y++)
                    {
                        taken.Add((x, y)).ShouldBeTrue($"{file}: two panels at column {x}, line {y}.");
                    }
                }
            }
        }
    }

    [Fact]
    public async Task EveryQuery_IsPromQl_AndAsksForMetricsThatExist()
    {
        HashSet<string> known = PromQl.KnownNames();
        StringBuilder rules = new("groups: [ { name: queries, rules: [\n");
        int queries = 0;
        foreach ((string file, JsonElement dashboard) in Dashboards())
        {
            foreach (string query in Queries(dashboard))
            {
                string concrete = Variable().Replace(query.Replace("$__rate_interval", "1m", StringComparison.Ordinal), "x");
                string[] names = [.. PromQl.NamesIn(concrete)];
                names.ShouldNotBeEmpty($"{file}: {query}");
                names.Except(known).ShouldBeEmpty($"{file}: {query}");
                rules.Append(System.Globalization.CultureInfo.InvariantCulture, $"{{ record: \"query:{queries++}\", expr: {JsonSerializer.Serialize(concrete)} }},\n");
            }
        }

        queries.ShouldBeGreaterThan(40);
        using TemporaryDirectory directory = new();
        string all = directory.Combine("queries.rules.yml");
        await File.WriteAllTextAsync(all, rules.Append("] } ]\n").ToString(), TestContext.Current.CancellationToken);
        (int code, string said) = await Promtool.RunAsync(null, "check", "rules", all);
        code.ShouldBe(0, said);
        said.ShouldContain($"{queries} rules found");
    }

    private static IEnumerable<(string File, JsonElement Root)> Dashboards() =>
        Directory.EnumerateFiles(Path.Combine(Folder, "dashboards"), "*.json").Select(file => (Path.GetFileName(file), JsonElement.Parse(File.ReadAllBytes(file))));

    private static IEnumerable<string> Queries(JsonElement dashboard) =>
        dashboard.GetProperty("panels").EnumerateArray()
            .Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!);

    [GeneratedRegex(@"\$\w+", RegexOptions.None, 1_000)]
    private static partial Regex Variable();
}
