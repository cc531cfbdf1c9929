using System.Net;
using System.Text.RegularExpressions;
using Seckill.Integration.EndToEnd;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Deploy;

/// <summary>Every path that a probe of the deployments asks, and every metric that an autoscaler does, is served by the real hosts.</summary>
public sealed partial class ProbeTests(StackFixture fixture) : EndToEndTest(fixture)
{
    [Fact]
    public async Task EveryProbesPath_IsAnswered_ByEachHost()
    {
        using CancellationTokenSource deadline = Deadline();
        string[] files = [DeployFolder.PathOf("docker", "Dockerfile"), .. DeployFolder.YamlFiles()];
        string[] paths = [.. files.SelectMany(file => Path().Matches(File.ReadAllText(file))).Select(match => match.Value).Distinct()];
        paths.ShouldContain("/healthz/live");
        paths.ShouldContain("/healthz/ready");
        paths.ShouldContain("/metrics");

        using HttpClient http = new();
        foreach (Uri host in new[] { Stack.Api.Url, Stack.Hub.Url, Stack.Worker.Url })
        {
            foreach (string path in paths)
            {
                // A machine without a moment to spare makes a check late.
                await Grab.Eventually.TrueAsync(async () =>
                {
                    using HttpResponseMessage answer = await http.GetAsync(new Uri(host, path), deadline.Token);
                    answer.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable);
                    return answer.StatusCode is HttpStatusCode.OK;
                });
            }
        }
    }

    [Fact]
    public async Task EveryAutoscalersMetric_IsExported()
    {
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync("scaled", 1);
        string token = await Client.TokenAsync("scaled-0");
        await using Listener listener = await Listener.ConnectAsync(Stack.HubUrl, token, deadline.Token);
        await Client.GrabUntilKnownAsync(sale, "scaled", "scaled-0", token, deadline.Token);
        using HttpClient http = new();
        string exported = await http.GetStringAsync(new Uri(Stack.Api.Url, "/metrics"), deadline.Token) + await http.GetStringAsync(new Uri(Stack.Hub.Url, "/metrics"), deadline.Token);

        string[] series = [.. DeployFolder.Documents(DeployFolder.PathOf("k8s", "metrics-adapter.yaml"))[0].Items("rules", "custom").Select(rule => rule.Text("seriesQuery")!.Split('{')[0])];

        series.Length.ShouldBe(2);
        series.ShouldAllBe(name => Regex.IsMatch(exported, $@"^{name}[{{ ]", RegexOptions.Multiline, TimeSpan.FromSeconds(5)));
    }

    [GeneratedRegex("/(healthz(/[a-z]+)?|metrics)(?=[\"\\s,}])", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Path();
}
