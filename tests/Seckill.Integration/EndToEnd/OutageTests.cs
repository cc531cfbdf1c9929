using System.Net;
using System.Text;
using System.Text.Json;
using Seckill.Local.Stack;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>
/// Drills of docs/degraded-modes.md. Goal: a server that is away is told by name over HTTP, the rest goes on, and the engine comes back by itself. Method: kill -9 of Redis and of MariaDB, Kafka's brokers down, under
/// the whole engine; questions to the Api and to the probes; a restart. The hub's absence: <see cref="HubRestartTests"/>; operators' messages without Kafka: <see cref="PushMessageTests"/>.
/// </summary>
public sealed class OutageTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const string NewSale = """
        { "name": "never made", "startsAt": "2030-01-01T00:00:00Z", "endsAt": "2030-01-02T00:00:00Z", "items": [{ "skuId": "fork", "name": "Fork", "price": 1.00, "stock": 1, "perUserLimit": 1 }] }
        """;

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
        string closed = await Client.CreateSaleAsync("ladle", 1), room = await Client.CreateSaleAsync("kettle", 1, admission: new { grabToken = "required", waitingRoom = new { admitPerSecond = 1, maxWaiting = 3 } });
        using (HttpResponseMessage closing = await Client.PostRawAsync($"/api/v1/admin/sales/{closed}/close", string.Empty, await Client.TokenAsync("boss", "admin")))
        {
            closing.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await Stack.Redis!.KillAsync();
        GrabAnswer away = await AnsweredAsync(sale, buyers[1], "stock-unavailable", deadline.Token);
        away.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        try
        {
            (await Client.GetAsync($"/api/v1/sales/{sale}")).Status.ShouldBe(HttpStatusCode.OK, "the sales are known to every node");
            (await Client.GrabAsync(closed, "ladle", buyers[0].User, buyers[0].Token)).Type.ShouldBe("closed");
            using (HttpResponseMessage joined = await Client.PostRawAsync($"/api/v1/sales/{room}/waiting-room", string.Empty, buyers[0].Token))
            {
                joined.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
                (await joined.Content.ReadAsStringAsync(deadline.Token)).ShouldContain("waiting-room-unavailable");
            }

            (HttpStatusCode listed, JsonDocument orders) = await Client.GetAsync("/api/v1/orders", buyers[0].Token);
            listed.ShouldBe(HttpStatusCode.OK);
            orders.RootElement.GetProperty("orders").EnumerateArray().Select(order => order.GetProperty("orderId").GetString()).ShouldContain(early.OrderId);
            foreach (ServiceProcess service in (ServiceProcess[])[Stack.Api, Stack.Worker, Stack.Hub])
            {
                await UntilAsync(async () => (await HealthAsync(service, "/healthz/ready")).Status == HttpStatusCode.ServiceUnavailable, deadline.Token);
                (await HealthAsync(service, "/healthz/live")).Status.ShouldBe(HttpStatusCode.OK, service.Name);
            }

            (await HealthAsync(Stack.Api, "/healthz/startup")).Status.ShouldBe(HttpStatusCode.OK, "a restart would not bring Redis back");
        }
        finally
        {
            // The stack is shared: a failure here must not become everybody's.
            await Stack.Redis.StartAsync(deadline.Token);
        }

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
        await UntilAsync(async () => (await HealthAsync(Stack.Api, "/healthz/ready")).Status == HttpStatusCode.OK, deadline.Token);
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

            // Many at once, as a crowd does: from some moment on nobody asks MySQL any more, and the answer is the same.
            await UntilAsync(
                async () =>
                {
                    (HttpStatusCode Status, JsonDocument Body)[] crowd = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Client.GetAsync("/api/v1/orders", buyers[0].Token)));
                    crowd.ShouldAllBe(one => one.Status == HttpStatusCode.ServiceUnavailable && one.Body.RootElement.GetProperty("type").GetString()!.EndsWith("database-unavailable"));
                    return await IsRefusedUnaskedAsync("mysql");
                },
                deadline.Token);
            using (HttpResponseMessage made = await Client.PostRawAsync("/api/v1/admin/sales", NewSale, admin))
            {
                made.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
                (await made.Content.ReadAsStringAsync(deadline.Token)).ShouldContain("database-unavailable");
            }

            using (HttpRequestMessage pay = new(HttpMethod.Post, $"/api/v1/orders/{early.OrderId}/payments") { Content = new StringContent("""{ "amount": 9.90 }""", Encoding.UTF8, "application/json") })
            {
                pay.Headers.Add("Idempotency-Key", "while-away");
                using HttpResponseMessage paid = await Client.SendAsync(pay, buyers[0].Token);
                (await paid.Content.ReadAsStringAsync(deadline.Token)).ShouldContain("database-unavailable");
            }

            (HttpStatusCode counted, JsonDocument stats) = await Client.GetAsync($"/api/v1/admin/sales/{sale}/stats", admin);
            counted.ShouldBe(HttpStatusCode.OK);
            stats.RootElement.GetProperty("items")[0].GetProperty("left").GetInt64().ShouldBe(9, "what Redis knows is told");
            (stats.RootElement.TryGetProperty("orders", out JsonElement unknown) && unknown.ValueKind is not JsonValueKind.Null).ShouldBeFalse("what MySQL knows is not");
            // A report may be a second old.
            await UntilAsync(async () => (await HealthAsync(Stack.Worker, "/healthz/ready")).Status == HttpStatusCode.ServiceUnavailable, deadline.Token);
            (await HealthAsync(Stack.Hub, "/healthz/ready")).Status.ShouldBe(HttpStatusCode.OK);
            await UntilAsync(
                async () => await HealthAsync(Stack.Api, "/healthz") is { Status: HttpStatusCode.OK } all && all.Parts.GetProperty("mysql").GetProperty("status").GetString() == "degraded", deadline.Token);
            (await HealthAsync(Stack.Api, "/healthz/ready")).Status.ShouldBe(HttpStatusCode.OK, "buyers are served");
            (await Client.GetAsync($"/api/v1/sales/{sale}")).Status.ShouldBe(HttpStatusCode.OK);

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
        await UntilAsync(async () => (await Client.GetAsync("/api/v1/orders", buyers[0].Token)).Status == HttpStatusCode.OK, deadline.Token);
        JsonDocument? reports = null;
        await UntilAsync(
            async () =>
            {
                (HttpStatusCode healed, reports) = await Client.GetAsync($"/api/v1/admin/sales/{sale}/reconciliation", admin);
                return healed == HttpStatusCode.OK;
            },
            deadline.Token);
        reports!.RootElement.GetProperty("reports").ValueKind.ShouldBe(JsonValueKind.Array);
        (await Client.GetAsync($"/api/v1/admin/sales/{sale}/reconciliation", buyers[0].Token)).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task KafkaAway_BuyersNoticeNothing_AndTheirOrdersFollow()
    {
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync("spoon", 10);
        (string User, string Token)[] buyers = await BuyersAsync("spoons", 2);
        string admin = await Client.TokenAsync("boss", "admin");
        await using Listener listener = await Listener.ConnectAsync(Stack.HubUrl, buyers[0].Token, deadline.Token);

        EachBroker(Stack.Kafka!.SetBrokerDown);
        GrabAnswer meanwhile;
        try
        {
            await UntilAsync(async () => (await HealthAsync(Stack.Worker, "/healthz")).Parts.GetProperty("kafka").GetProperty("status").GetString() == "unhealthy", deadline.Token);
            meanwhile = await Client.GrabUntilKnownAsync(sale, "spoon", buyers[0].User, buyers[0].Token, deadline.Token);
            meanwhile.Won.ShouldBeTrue($"{meanwhile}");
            (HttpStatusCode found, JsonDocument order) = await Client.GetAsync($"/api/v1/orders/{meanwhile.OrderId}", buyers[0].Token);
            (found, order.RootElement.GetProperty("status").GetString()).ShouldBe((HttpStatusCode.OK, "reserved"));
            (await Client.GetAsync($"/api/v1/admin/sales/{sale}/stats", admin)).Body.RootElement.GetProperty("outboxLength").GetInt64().ShouldBeGreaterThan(0, "it waits for Kafka");

            (await HealthAsync(Stack.Api, "/healthz/ready")).Status.ShouldBe(HttpStatusCode.OK);
            (await HealthAsync(Stack.Worker, "/healthz/live")).Status.ShouldBe(HttpStatusCode.OK);
            (await HealthAsync(Stack.Worker, "/healthz/ready")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        }
        finally
        {
            EachBroker(Stack.Kafka.SetBrokerUp);
        }

        SaleAudit audit = Audit(sale, "spoon", 10);
        await audit.WaitUntilQuietAsync(deadline.Token);
        await audit.CheckAsync([meanwhile]);
        await listener.OrderCreatedAsync(meanwhile.OrderId!, deadline.Token);
        await UntilAsync(async () => (await HealthAsync(Stack.Worker, "/healthz/ready")).Status == HttpStatusCode.OK, deadline.Token);

        void EachBroker(Action<int> act)
        {
            for (int broker = 1; broker <= Stack.Kafka!.Brokers; broker++)
            {
                act(broker);
            }
        }
    }

    private async Task<bool> IsRefusedUnaskedAsync(string dependency)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/metrics");
        using HttpResponseMessage metrics = await Client.SendAsync(request, token: null);
        return (await metrics.Content.ReadAsStringAsync()).Split('\n').Any(line =>
            line.StartsWith("seckill_resilience_rejected_total{", StringComparison.Ordinal) && line.Contains($"dependency=\"{dependency}\"", StringComparison.Ordinal) && line.Contains("reason=\"circuit\"", StringComparison.Ordinal));
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken deadline)
    {
        while (!await condition())
        {
            await Task.Delay(100, deadline);
        }
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
