using System.Data.Common;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using MySql.Data.MySqlClient;
using Seckill.Core.Sales;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>What an operator does to a sale that exists, by HTTP, and what buyers are told.</summary>
public sealed class SteeringTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const string Sku = "steered";

    [Fact]
    public async Task PausedAndResumed_BuyersAreToldToWait_AndBuyAgain()
    {
        string sale = await Client.CreateSaleAsync(Sku, 5);
        string token = await Client.TokenAsync("steered-alice");

        (await SendAsync(HttpMethod.Post, $"{sale}/pause")).Body.GetProperty("state").GetString().ShouldBe("paused");

        GrabAnswer refused = await Client.GrabAsync(sale, Sku, "steered-alice", token);
        (refused.Status, refused.Type).ShouldBe((HttpStatusCode.ServiceUnavailable, "paused"));
        (await StateAsync(sale)).ShouldBe("paused");
        (await SendAsync(HttpMethod.Post, $"{sale}/resume")).Body.GetProperty("state").GetString().ShouldBe("open");
        (await Client.GrabUntilKnownAsync(sale, Sku, "steered-alice", token, Deadline().Token)).Won.ShouldBeTrue();

        // Only what is paused is resumed: a sale that was closed stays so.
        await SendAsync(HttpMethod.Post, $"{sale}/close");
        (await SendAsync(HttpMethod.Post, $"{sale}/resume")).Body.GetProperty("state").GetString().ShouldBe("closed");
    }

    /// <summary>To pause what a hand has closed would be to open it with the next resume.</summary>
    [Fact]
    public async Task ClosedByHand_IsNotPaused_AndNothingIsChanged()
    {
        string sale = await Client.CreateSaleAsync(Sku, 5);
        (await SendAsync(HttpMethod.Post, $"{sale}/close")).Body.GetProperty("state").GetString().ShouldBe("closed");

        (HttpStatusCode Status, JsonElement Body) refused = await SendAsync(HttpMethod.Post, $"{sale}/pause");

        (refused.Status, Problem(refused)).ShouldBe((HttpStatusCode.Conflict, "sale-ended"));
        (await SendAsync(HttpMethod.Post, $"{sale}/resume")).Body.GetProperty("state").GetString().ShouldBe("closed");
        using JsonDocument log = (await Client.GetAsync("/api/v1/admin/audit?max=200", await Client.TokenAsync("boss", "admin"))).Body;
        log.RootElement.GetProperty("entries").EnumerateArray().Where(entry => entry.GetProperty("target").GetString() == $"sale/{sale}")
            .Select(entry => entry.GetProperty("action").GetString()).ShouldBe(["sale.resume", "sale.close", "sale.create"]);
    }

    [Fact]
    public async Task KillSwitch_StopsTheSale_NamesWhoThrewIt_AndLetsItGoOn()
    {
        string sale = await Client.CreateSaleAsync(Sku, 5);
        string token = await Client.TokenAsync("killed-alice");
        try
        {
            (HttpStatusCode status, JsonElement thrown) = await SendAsync(HttpMethod.Put, "../kill-switch", new { on = true });

            (status, thrown.GetProperty("on").GetBoolean(), thrown.GetProperty("who").GetString()).ShouldBe((HttpStatusCode.OK, true, "boss"));
            (await Client.GrabAsync(sale, Sku, "killed-alice", token)).Type.ShouldBe("paused");
            (await StateAsync(sale)).ShouldBe("paused");
            (await SendAsync(HttpMethod.Get, "../kill-switch")).Body.GetProperty("on").GetBoolean().ShouldBeTrue();
            Errors(await SendAsync(HttpMethod.Put, "../kill-switch", new { })).ShouldBe(["on"]);
        }
        finally
        {
            (await SendAsync(HttpMethod.Put, "../kill-switch", new { on = false })).Status.ShouldBe(HttpStatusCode.OK);
        }

        (await Client.GrabUntilKnownAsync(sale, Sku, "killed-alice", token, Deadline().Token)).Won.ShouldBeTrue();
    }

    [Fact]
    public async Task LimitsOfARunningSale_HoldForTheNextGrab()
    {
        string sale = await Client.CreateSaleAsync(Sku, 5);
        string token = await Client.TokenAsync("limited-alice");

        (HttpStatusCode status, JsonElement changed) = await SendAsync(
            HttpMethod.Put, $"{sale}/admission", new { ratePerSecond = 50, burst = 5, grabToken = "required", waitingRoom = new { admitPerSecond = 7 } });

        status.ShouldBe(HttpStatusCode.OK);
        JsonElement admission = changed.GetProperty("admission");
        (admission.GetProperty("ratePerSecond").GetInt32(), admission.GetProperty("waitingRoom").GetProperty("admitPerSecond").GetInt32()).ShouldBe((50, 7));
        (await Client.GrabAsync(sale, Sku, "limited-alice", token)).Type.ShouldBe("grab-token-required");
        Errors(await SendAsync(HttpMethod.Put, $"{sale}/admission", new { ratePerSecond = -1 })).ShouldBe(["admission.ratePerSecond"]);

        // A refused change changes nothing; an empty one lifts every limit.
        (await Client.GetAsync($"/api/v1/sales/{sale}")).Body.RootElement.GetProperty("admission").GetProperty("ratePerSecond").GetInt32().ShouldBe(50);
        await SendAsync(HttpMethod.Put, $"{sale}/admission", new { });
        (await Client.GrabUntilKnownAsync(sale, Sku, "limited-alice", token, Deadline().Token)).Won.ShouldBeTrue();
    }

    [Fact]
    public async Task SaleThatHasNotBegun_TakesAnotherNameAndWindow_OneThatHasDoesNot()
    {
        string upcoming = await Client.CreateSaleAsync(Sku, 5, eligible: ["edited-alice"], opensIn: TimeSpan.FromMinutes(30));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        object edit = new { name = "Edited", startsAt = now.AddMinutes(-1), endsAt = now.AddHours(3) };

        (HttpStatusCode status, JsonElement edited) = await SendAsync(HttpMethod.Put, upcoming, edit);

        (status, edited.GetProperty("name").GetString(), edited.GetProperty("state").GetString()).ShouldBe((HttpStatusCode.OK, "Edited", "open"));
        (await Client.GrabUntilKnownAsync(upcoming, Sku, "edited-alice", await Client.TokenAsync("edited-alice"), Deadline().Token)).Won.ShouldBeTrue();
        Problem(await SendAsync(HttpMethod.Put, upcoming, edit)).ShouldBe("sale-begun");
        Errors(await SendAsync(HttpMethod.Put, upcoming, new { name = "", startsAt = now, endsAt = now })).ShouldBe(["endsAt", "name"], ignoreOrder: true);
        Problem(await SendAsync(HttpMethod.Put, "1", edit)).ShouldBe("unknown-sale");
    }

    [Fact]
    public async Task NewSale_TakesTheListOfAnother()
    {
        string listed = await Client.CreateSaleAsync(Sku, 5, eligible: ["cloned-alice", "cloned-bob"]);
        string open = await Client.CreateSaleAsync(Sku, 5);

        (HttpStatusCode status, JsonElement clone) = await SendAsync(HttpMethod.Post, "", Clone(listed));

        status.ShouldBe(HttpStatusCode.Created);
        clone.GetProperty("restricted").GetBoolean().ShouldBeTrue();
        string id = clone.GetProperty("saleId").GetString()!;
        (await Client.GrabUntilKnownAsync(id, Sku, "cloned-bob", await Client.TokenAsync("cloned-bob"), Deadline().Token)).Won.ShouldBeTrue();
        (await Client.GrabUntilKnownAsync(id, Sku, "cloned-eve", await Client.TokenAsync("cloned-eve"), Deadline().Token)).Type.ShouldBe("not-eligible");
        Errors(await SendAsync(HttpMethod.Post, "", Clone(open))).ShouldBe(["eligibilityOf"]);
        Errors(await SendAsync(HttpMethod.Post, "", Clone("nonsense"))).ShouldBe(["eligibilityOf"]);
    }

    /// <summary>Goal: a list longer than the pages in which it is copied arrives whole. Method: names that differ in case and in their last sign, two pages and a little more of them.</summary>
    [Fact]
    public async Task LongListOfAnother_IsTakenToItsLastUser()
    {
        string listed = await Client.CreateSaleAsync(Sku, 5, eligible: ["first"]);
        await using DbConnection database = new MySqlConnection(Stack.MySqlConnection);
        int users = (2 * SaleStore.MaxEligible) + 5;
        foreach (string[] rows in Enumerable.Range(0, users).Select(i => $"({listed},'{(i % 2 == 0 ? "User" : "user")}-{i}')").Chunk(1_000))
        {
            await database.ExecuteAsync($"INSERT INTO sale_eligibility (sale_id, user_id) VALUES {string.Join(',', rows)}");
        }

        string clone = (await SendAsync(HttpMethod.Post, "", Clone(listed))).Body.GetProperty("saleId").GetString()!;

        (await database.ExecuteScalarAsync<int>(
            "SELECT COUNT(*) FROM sale_eligibility AS original JOIN sale_eligibility AS copy USING (user_id) WHERE original.sale_id = @listed AND copy.sale_id = @clone", new { listed, clone }))
            .ShouldBe(users + 1);
    }

    [Fact]
    public async Task LiveSeconds_TellOfAGrab_WithItsTime()
    {
        string sale = await Client.CreateSaleAsync(Sku, 5);
        (await Client.GrabUntilKnownAsync(sale, Sku, "live-alice", await Client.TokenAsync("live-alice"), Deadline().Token)).Won.ShouldBeTrue();
        using CancellationTokenSource deadline = Deadline();
        while (true)
        {
            JsonElement live = (await SendAsync(HttpMethod.Get, $"{sale}/live")).Body;
            if (live.GetProperty("grabs").TryGetProperty("reserved", out JsonElement reserved) && reserved.EnumerateArray().Sum(count => count.GetInt64()) == 1)
            {
                live.GetProperty("seconds").GetInt32().ShouldBe(reserved.GetArrayLength());
                live.GetProperty("p99Ms").EnumerateArray().ShouldContain(ms => ms.ValueKind == JsonValueKind.Number && ms.GetDouble() > 0);
                break;
            }

            await Task.Delay(100, deadline.Token);
        }

        Errors(await SendAsync(HttpMethod.Get, $"{sale}/live?after=-1")).ShouldBe(["after"]);
        Problem(await SendAsync(HttpMethod.Get, "1/live")).ShouldBe("unknown-sale");
    }

    private static object Clone(string listOf)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return new { name = "Clone", startsAt = now.AddMinutes(-1), endsAt = now.AddHours(1), items = new[] { new { skuId = Sku, name = Sku, price = 1, stock = 5 } }, eligibilityOf = listOf };
    }

    private async Task<string> StateAsync(string sale) => (await Client.GetAsync($"/api/v1/sales/{sale}")).Body.RootElement.GetProperty("state").GetString()!;

    private async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using HttpRequestMessage request = new(method, $"/api/v1/admin/sales{(path.Length == 0 ? "" : "/")}{path}") { Content = body is null ? null : JsonContent.Create(body) };
        using HttpResponseMessage answer = await Client.SendAsync(request, await Client.TokenAsync("boss", "admin"));
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken));
    }

    private static string Problem((HttpStatusCode Status, JsonElement Body) answer) => answer.Body.GetProperty("type").GetString()!.Split(':')[^1];

    private static string[] Errors((HttpStatusCode Status, JsonElement Body) answer) => [.. answer.Body.GetProperty("errors").EnumerateObject().Select(error => error.Name)];
}
