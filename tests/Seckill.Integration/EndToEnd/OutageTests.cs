using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>Goal: a server that is away is told by name over HTTP, and the engine comes back by itself. Method: kill -9 of Redis and of MariaDB under the whole engine, questions to the Api, a restart.</summary>
public sealed class OutageTests(StackFixture fixture) : EndToEndTest(fixture)
{
    /// <summary>Redis is in memory only here, so its restart is empty: stock, buyers, catalog, list of users, leases and mailboxes must all come back from MySQL or begin anew.</summary>
    [Fact]
    public async Task RedisAway_Is503ByName_AndAnEmptyRestartHealsByItself()
    {
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync("teapot", 10, eligible: ["outage-0", "outage-1", "outage-2"]);
        (string User, string Token)[] buyers = await BuyersAsync("outage", 4);
        await using Listener listener = await Listener.ConnectAsync(Stack.HubUrl, buyers[1].Token, deadline.Token);
        GrabAnswer early = await Client.GrabUntilKnownAsync(sale, "teapot", buyers[0].User, buyers[0].Token, deadline.Token);
        early.Won.ShouldBeTrue();
        SaleAudit audit = Audit(sale, "teapot", 10);
        await audit.WaitUntilQuietAsync(deadline.Token);

        await Stack.Redis!.KillAsync();
        GrabAnswer away = await AnsweredAsync(sale, buyers[1], "stock-unavailable", deadline.Token);
        away.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        await Stack.Redis.StartAsync(deadline.Token);

        GrabAnswer again = await SettledAsync(sale, buyers[0], deadline.Token);
        (again.Type, again.OrderId).ShouldBe(("already-grabbed", early.OrderId));
        GrabAnswer late = await SettledAsync(sale, buyers[1], deadline.Token);
        late.Won.ShouldBeTrue($"{late}");
        (await SettledAsync(sale, buyers[3], deadline.Token)).Type.ShouldBe("not-eligible", "the list of users is whole again");
        await audit.WaitUntilQuietAsync(deadline.Token);
        await audit.CheckAsync([early, again, late]);
        await listener.OrderCreatedAsync(late.OrderId!, deadline.Token);
        (HttpStatusCode status, JsonDocument stats) = await Client.GetAsync($"/api/v1/admin/sales/{sale}/stats", await Client.TokenAsync("boss", "admin"));
        status.ShouldBe(HttpStatusCode.OK);
        stats.RootElement.GetProperty("items")[0].GetProperty("epoch").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task MySqlAway_OrdersAndReportsAre503ByName_GrabsGoOn()
    {
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync("saucer", 10);
        (string User, string Token)[] buyers = await BuyersAsync("saucers", 2);
        string admin = await Client.TokenAsync("boss", "admin");
        GrabAnswer early = await Client.GrabUntilKnownAsync(sale, "saucer", buyers[0].User, buyers[0].Token, deadline.Token);
        await Audit(sale, "saucer", 10).WaitUntilQuietAsync(deadline.Token);

        await Stack.MariaDb!.KillAsync();
        GrabAnswer meanwhile;
        try
        {
            foreach ((string path, string token) in ((string, string)[])[("/api/v1/orders", buyers[0].Token), ($"/api/v1/admin/sales/{sale}/reconciliation", admin)])
            {
                (HttpStatusCode status, JsonDocument body) = await Client.GetAsync(path, token);
                status.ShouldBe(HttpStatusCode.ServiceUnavailable, path);
                body.RootElement.GetProperty("type").GetString()!.ShouldEndWith("database-unavailable");
            }

            // One order by its id is found without MySQL as well: Redis holds the reservation.
            (HttpStatusCode found, JsonDocument order) = await Client.GetAsync($"/api/v1/orders/{early.OrderId}", buyers[0].Token);
            found.ShouldBe(HttpStatusCode.OK);
            order.RootElement.GetProperty("status").GetString().ShouldBe("reserved");
            meanwhile = await Client.GrabUntilKnownAsync(sale, "saucer", buyers[1].User, buyers[1].Token, deadline.Token);
            meanwhile.Won.ShouldBeTrue($"{meanwhile}");
        }
        finally
        {
            // The stack is shared: a failure here must not become everybody's.
            await Stack.MariaDb.StartAsync(deadline.Token);
        }

        SaleAudit audit = Audit(sale, "saucer", 10);
        await audit.WaitUntilQuietAsync(deadline.Token);
        await audit.CheckAsync([early, meanwhile]);
        (HttpStatusCode healed, JsonDocument reports) = await Client.GetAsync($"/api/v1/admin/sales/{sale}/reconciliation", admin);
        healed.ShouldBe(HttpStatusCode.OK);
        reports.RootElement.GetProperty("reports").ValueKind.ShouldBe(JsonValueKind.Array);
        (await Client.GetAsync($"/api/v1/admin/sales/{sale}/reconciliation", buyers[0].Token)).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    // The first moments after a kill may still be "unknown": a call was under way.
    private async Task<GrabAnswer> AnsweredAsync(string sale, (string User, string Token) buyer, string type, CancellationToken deadline)
    {
        while (true)
        {
            GrabAnswer answer = await Client.GrabAsync(sale, "teapot", buyer.User, buyer.Token);
            if (answer.Type == type)
            {
                return answer;
            }

            answer.Won.ShouldBeFalse();
            await Task.Delay(50, deadline);
        }
    }

    private Task<GrabAnswer> SettledAsync(string sale, (string User, string Token) buyer, CancellationToken deadline) =>
        Client.GrabUntilKnownAsync(sale, "teapot", buyer.User, buyer.Token, deadline);
}
