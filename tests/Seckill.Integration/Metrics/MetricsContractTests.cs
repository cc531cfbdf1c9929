using Seckill.Integration.EndToEnd;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Metrics;

/// <summary>What <c>docs/metrics.md</c> promises, against what three live processes export after some traffic.</summary>
public sealed class MetricsContractTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private static readonly HttpClient Http = new();

    [Fact]
    public async Task ThreeLiveProcesses_ExportWhatTheTableSays_WithoutAComplaintFromPromtool()
    {
        using CancellationTokenSource deadline = Deadline();
        await MakeTrafficAsync(deadline.Token);
        MetricRow[] rows = MetricRow.ReadAll();
        foreach ((string process, Uri url) in ((string, Uri)[])[("api", Stack.Api.Url), ("worker", Stack.Worker.Url), ("hub", Stack.Hub.Url)])
        {
            // Some are first written by a loop's next turn.
            MetricRow[] expected = [.. rows.Where(row => row.FromStart && row.Processes.Contains(process))];
            (string Process, string Name, string Labels)[] moved = [.. Moved.Where(one => one.Process == process)];
            string text;
            Dictionary<string, ExportedFamily> exported;
            do
            {
                text = await Http.GetStringAsync(new Uri(url, "/metrics"), deadline.Token);
                exported = ExportedFamily.Parse(text);
                await Task.Delay(100, CancellationToken.None);
            }
            while (!deadline.IsCancellationRequested && !(expected.All(row => exported.ContainsKey(row.Name)) && moved.All(one => HasMoved(exported, one.Name, one.Labels))));

            expected.Where(row => !exported.ContainsKey(row.Name)).Select(row => row.Name).ShouldBeEmpty($"By docs/metrics.md these are there from the start in {process}.");
            moved.Where(one => !HasMoved(exported, one.Name, one.Labels)).ShouldBeEmpty("The traffic should have moved these.");
            exported.Values.SelectMany(family => DifferencesOf(family, rows.SingleOrDefault(row => row.Name == family.Name && row.Processes.Contains(process)))).Distinct()
                .ShouldBeEmpty($"{process} exports what docs/metrics.md does not have.");
            string complaints = (await Promtool.RunAsync(text, "check", "metrics")).Said;
            complaints.ShouldBeEmpty(process);
        }
    }

    /// <summary>What the traffic must have moved, by process; each with labels that narrow it down.</summary>
    private static readonly (string Process, string Name, string Labels)[] Moved =
    [
        ("api", "seckill_grab_outcomes_total", "outcome=Reserved"), ("api", "seckill_grab_outcomes_total", "outcome=SoldOut"),
        ("api", "seckill_token_cache_hits_total", ""), ("api", "seckill_token_cache_misses_total", ""), ("api", "seckill_catalog_hits_total", ""), ("api", "seckill_catalog_misses_total", ""),
        ("api", "seckill_database_open_duration_seconds", ""), ("api", "seckill_grab_wait_seconds", ""), ("api", "seckill_grab_call_duration_seconds", ""),
        ("worker", "seckill_messaging_rebalances_total", "group=seckill.order-intake"), ("worker", "seckill_outbox_relayed_total", ""), ("worker", "seckill_orders_written_total", "status=pending-payment"),
        ("hub", "seckill_push_call_duration_seconds", "method=Resume"), ("hub", "seckill_push_acked_total", ""), ("hub", "seckill_health_ready", ""), ("hub", "seckill_redis_connected", ""),
    ];

    private static bool HasMoved(Dictionary<string, ExportedFamily> exported, string name, string labels) =>
        exported.TryGetValue(name, out ExportedFamily? family)
        && family.Samples.Any(sample => sample.Value is not "0" && (labels.Length == 0 || sample.Labels.Any(label => labels == $"{label.Key}={label.Value}")));

    private static IEnumerable<string> DifferencesOf(ExportedFamily family, MetricRow? row)
    {
        if (row is null)
        {
            return [$"{family.Name} is not in the table for this process"];
        }

        return family.Type != row.Type
            ? [$"{family.Name} is a {family.Type}"]
            : family.Samples.SelectMany(sample => sample.Labels)
                .Where(label => label.Key is not "le" && !(row.Labels.TryGetValue(label.Key, out string[]? values) && (values.Length == 0 || values.Contains(label.Value))))
                .Select(label => $"{family.Name} has {label.Key}=\"{label.Value}\"");
    }

    /// <summary>A sale of one unit and three who want it, a browser that is told, somebody without a token.</summary>
    private async Task MakeTrafficAsync(CancellationToken deadline)
    {
        const string Sku = "metered";
        string sale = await Client.CreateSaleAsync(Sku, 1);
        (string user, string token) = (await BuyersAsync("metered", 1))[0];
        await using Listener listener = await Listener.ConnectAsync(Stack.HubUrl, token, deadline);
        GrabAnswer won = await Client.GrabUntilKnownAsync(sale, Sku, user, token, deadline);
        await listener.OrderCreatedAsync(won.OrderId!, deadline);
        foreach ((string other, string theirs) in await BuyersAsync("metered-late", 2))
        {
            await Client.GrabUntilKnownAsync(sale, Sku, other, theirs, deadline);
        }

        await Client.GrabAsync(sale, Sku, user, "no token");
        (await Client.GetAsync("/api/v1/orders", token)).Body.Dispose();
    }
}
