using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Seckill.Core.Identity;
using Seckill.Integration.EndToEnd;
using Seckill.Integration.Fuzz;
using Seckill.Integration.Grab;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Security;

/// <summary>What somebody tries who wants more than his role may, against a whole running engine.</summary>
public sealed class AttackTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const string Sku = "attacked";
    private const string Elsewhere = "evil.invalid";

    // What some proxy or framework somewhere believes.
    private static readonly string[] Smuggled =
    [
        "X-Role: admin", "X-User: boss", "X-User-Role: admin", "X-Forwarded-User: boss", "X-Remote-User: boss", "X-Original-URL: /healthz", "X-Rewrite-URL: /healthz", "X-HTTP-Method-Override: GET",
        "Role: admin", "X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1;host=internal",
    ];

    public static TheoryData<string> Spellings =>
    [
        "/api/v1/admin/sales/{0}/close", "/API/V1/Admin/Sales/{0}/CLOSE", "/api/v1/%61dmin/sales/{0}/close", "/api/v1/admin/sales/{0}/close/", "/api/v1/sales/../admin/sales/{0}/close",
        "/api/v1/sales/%2e%2e/admin/sales/{0}/close", "/api/v1/admin//sales/{0}/close", "//api/v1/admin/sales/{0}/close", "/api/v1/admin;x=1/sales/{0}/close", "/api/v1/admin/sales/{0}/close;.js",
        "/api/v1/admin/sales/{0}/close?role=admin", "/api/v1/admin/sales/{0}%2Fclose", "/api/v1/admin/sales/{0}/close%00", "/admin/../api/v1/admin/sales/{0}/close", @"/api\v1\admin\sales\{0}\close",
    ];

    /// <summary>Goal: no way of writing the operators' path, and no header, lifts a role. Method: a viewer's token, by bare socket, with all that elsewhere means more; the sale stays open, and what came as far as the role is in the audit log.</summary>
    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task OperatorsPath_HoweverItIsWritten_StaysShutToAViewer(string spelling)
    {
        string sale = await Client.CreateSaleAsync(Sku, 1), who = $"viewer-{sale}";
        string token = await Client.TokenAsync(who, Roles.Viewer);
        using WireClient wire = new(Stack.Api.Url);

        WireAnswer? answer = await wire.SendAsync(Request("POST", spelling.Replace("{0}", sale, StringComparison.Ordinal), [$"Authorization: Bearer {token}", .. Smuggled]));

        (answer?.Status ?? 400).ShouldBeOneOf(400, 401, 403, 404, 405);
        (await Client.GetAsync($"/api/v1/sales/{sale}")).Body.RootElement.GetProperty("state").GetString().ShouldBe("open");
        if (answer?.Status == 403)
        {
            string admin = await Client.TokenAsync("boss", Roles.Admin);
            await Eventually.TrueAsync(async () =>
            {
                using JsonDocument log = (await Client.GetAsync("/api/v1/admin/audit?max=200", admin)).Body;
                return log.RootElement.GetProperty("entries").EnumerateArray().Any(entry => entry.GetProperty("who").GetString() == who && entry.GetProperty("action").GetString() == "access.refused");
            });
        }
    }

    /// <summary>Two tokens in one request: neither the first nor the last counts, so that no proxy before us can have looked at another one.</summary>
    [Fact]
    public async Task TwoTokens_AreNone()
    {
        string viewer = await Client.TokenAsync("two-viewer", Roles.Viewer), admin = await Client.TokenAsync("two-admin", Roles.Admin);
        using WireClient wire = new(Stack.Api.Url);
        foreach (string[] tokens in new[] { new[] { viewer, admin }, [admin, viewer], [admin, admin] })
        {
            (await wire.SendAsync(Request("GET", "/api/v1/admin/kill-switch", [.. tokens.Select(token => $"Authorization: Bearer {token}")])))!.Status.ShouldBe(401);
        }

        (await wire.SendAsync(Request("GET", "/api/v1/admin/kill-switch", [$"Authorization: Bearer {viewer}"])))!.Status.ShouldBe(200);
    }

    /// <summary>What a stranger writes as the host stands in no answer: a cache on the way, or a link that somebody sends around, could lead others there.</summary>
    [Theory]
    [InlineData("GET", "/admin")]
    [InlineData("GET", "/admin?next=1")]
    [InlineData("GET", "/js")]
    [InlineData("GET", "//evil.invalid/admin")]
    [InlineData("GET", "/openapi/v1.json")]
    [InlineData("GET", "/config.json")]
    [InlineData("GET", "/api/v1/sales")]
    [InlineData("GET", "/nothing-here")]
    public async Task HostOfTheRequest_IsNotRepeated(string method, string path)
    {
        using WireClient wire = new(Stack.Api.Url);

        WireAnswer answer = (await wire.SendAsync(Request(method, path, [], host: Elsewhere)))!;

        answer.Status.ShouldBeLessThan(500);
        $"{answer.Head}\n{answer.Body}".ShouldNotContain($"http://{Elsewhere}");
        answer.Head.ShouldNotContain("Location: //");
    }

    /// <summary>Every answer that a browser may show has a policy, pages and their parts, refusals, what is not there, and what is only asked about.</summary>
    [Fact]
    public async Task EveryPageAndRefusal_HasAPolicy()
    {
        using HttpClient http = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Stack.Api.Url };
        string root = Path.Combine(Local.Repository.Root, "Seckill.Api", "wwwroot");
        string[] files = [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(file => "/" + Path.GetRelativePath(root, file).Replace('\\', '/'))];
        files.ShouldContain("/admin/index.html");
        foreach (string path in files.Concat(["/", "/admin/", "/admin", "/nothing", "/admin/nothing.js", "/api/v1/orders", "/api/v1/admin/audit", "/openapi/v1.json", "/config.json", "/metrics", "/healthz"]))
        {
            foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Put })
            {
                using HttpRequestMessage request = new(method, path);
                using HttpResponseMessage answer = await http.SendAsync(request);
                await HasPolicyAsync(answer, $"{method} {path}");
                if (answer.Headers.ETag is { } tag)
                {
                    using HttpRequestMessage again = new(HttpMethod.Get, path);
                    again.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(tag.Tag, tag.IsWeak));
                    using HttpResponseMessage unchanged = await http.SendAsync(again);
                    await HasPolicyAsync(unchanged, $"again {path}");
                }
            }
        }
    }

    private static async Task HasPolicyAsync(HttpResponseMessage answer, string what)
    {
        string policy = answer.Headers.TryGetValues("Content-Security-Policy", out IEnumerable<string>? values) ? string.Join(';', values) : string.Empty;
        policy.ShouldContain("default-src 'none'", customMessage: what);
        policy.ShouldContain("frame-ancestors 'none'", customMessage: what);
        policy.ShouldNotContain("unsafe", customMessage: what);
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"], what);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain(" at Seckill.", customMessage: what);
    }

    private static ForgedRequest Request(string method, string path, string[] headers, string host = "localhost") => new(
        Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{string.Concat(headers.Select(header => $"{header}\r\n"))}Content-Length: 0\r\n\r\n"), IsHttp: true);
}
