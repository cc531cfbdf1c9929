using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Seckill.Core.Identity;
using Seckill.Integration.Grab;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Hosting;

public sealed partial class HostEdgeTests(HostFixture host) : IClassFixture<HostFixture>
{
    [Fact]
    public async Task NoToken_IsAProblemWithAStableType()
    {
        using HttpResponseMessage response = await host.Client.GetAsync("/me", TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        (await ProblemOf(response)).ShouldBe("urn:seckill:error:unauthenticated");
    }

    [Fact]
    public async Task ForgedToken_IsToldWhatIsWrong_AndNothingMore()
    {
        using HttpResponseMessage response = await GetAsync("/me", host.Token(Roles.Buyer)[..^6] + "AAAAAA");

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.ToString().ShouldContain("invalid_token");
        (await ProblemOf(response)).ShouldBe("urn:seckill:error:unauthenticated");
    }

    [Fact]
    public async Task BuyerOnAnAdminPath_IsForbidden_AdminIsNot()
    {
        using HttpResponseMessage buyer = await GetAsync("/admin", host.Token(Roles.Buyer));
        using HttpResponseMessage admin = await GetAsync("/admin", host.Token(Roles.Admin));

        buyer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await ProblemOf(buyer)).ShouldBe("urn:seckill:error:forbidden");
        admin.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task TokenInTheQuery_CountsOnHubPathsOnly()
    {
        string query = "?access_token=" + host.Token(Roles.Buyer);

        using HttpResponseMessage hub = await host.Client.GetAsync("/hubs/me" + query, TestContext.Current.CancellationToken);
        using HttpResponseMessage other = await host.Client.GetAsync("/me" + query, TestContext.Current.CancellationToken);

        hub.StatusCode.ShouldBe(HttpStatusCode.OK);
        other.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Health_NamesThePartThatIsAway_LiveStaysUp()
    {
        using HttpResponseMessage live = await host.Client.GetAsync("/healthz/live", TestContext.Current.CancellationToken);
        using HttpResponseMessage ready = await host.Client.GetAsync("/healthz/ready", TestContext.Current.CancellationToken);
        using HttpResponseMessage all = await host.Client.GetAsync("/healthz", TestContext.Current.CancellationToken);

        live.StatusCode.ShouldBe(HttpStatusCode.OK);
        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        using JsonDocument body = JsonDocument.Parse(await all.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        body.RootElement.GetProperty("status").GetString().ShouldBe("unhealthy");
        body.RootElement.GetProperty("parts").GetProperty("redis").GetProperty("status").GetString().ShouldBe("unhealthy");
        body.RootElement.GetProperty("parts").GetProperty("redis").GetProperty("reason").GetString().ShouldNotBeNullOrEmpty();
        body.RootElement.GetProperty("parts").GetProperty("worker-id").GetProperty("reason").GetString().ShouldBe("No worker id is leased: no ids can be made.");
        body.RootElement.GetProperty("parts").GetProperty("mysql").GetProperty("status").GetString().ShouldBe("degraded");
    }

    [Fact]
    public async Task Metrics_AreWellFormedPrometheusText()
    {
        string text = await host.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        text.ShouldContain("seckill_test_things_total{reason=\"a \\\"b\\\" \\\\ c\"} 3");
        text.ShouldContain("# HELP seckill_test_things_total A \"quoted\" help\\nin two lines");
        text.ShouldContain("seckill_test_wait_seconds_count 1");
        text.ShouldContain("seckill_test_wait_seconds_bucket{le=\"+Inf\"} 1");
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            WellFormed().IsMatch(line).ShouldBeTrue(line);
        }
    }

    [Fact]
    public async Task Metrics_SayThatTheNodeIsNotReady_AndWhichPartIsAway()
    {
        string text = string.Empty;
        await Eventually.TrueAsync(async () =>
        {
            text = await host.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
            return text.Contains("\nseckill_health_ready 0\n", StringComparison.Ordinal);
        });

        text.ShouldContain("seckill_health_check{check=\"redis\"} 0\n");
        text.ShouldContain("seckill_health_check{check=\"mysql\"} 1\n");
        text.ShouldContain("\nseckill_database_silences_total 0\n", customMessage: "counted from zero, before anything happened");
    }

    [GeneratedRegex("""^(# (HELP|TYPE) [a-zA-Z_][a-zA-Z0-9_]* .+|[a-zA-Z_][a-zA-Z0-9_]*(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*",?)+\})? -?[0-9.E+-]+|[a-z_]+.* (NaN|[+-]?Inf))$""", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex WellFormed();

    private async Task<HttpResponseMessage> GetAsync(string path, string token)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<string?> ProblemOf(HttpResponseMessage response)
    {
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        using JsonDocument body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return body.RootElement.GetProperty("type").GetString();
    }
}
