using System.Net;
using System.Text.Json;
using Seckill.Client.Push;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>The whole road with nothing failing.</summary>
public sealed class CrowdTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const string Sku = "sneaker";

    /// <summary>
    /// Goal: I1 to I5 on a crowd. Method: 5,000 users send 10,000 grabs at once for 100 units, 500 of them with an open push connection; then every answer, every row and every push is compared.
    /// The winners who were not connected connect afterwards and must be told too.
    /// </summary>
    [Fact]
    public async Task TenThousandGrabs_OfFiveThousandUsers_ForAHundredUnits_ExactlyAHundredWin_AndAllAreTold()
    {
        const int Users = 5_000;
        const int Units = 100;
        const int Connected = 500;
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync(Sku, Units);
        (string User, string Token)[] buyers = await BuyersAsync("crowd", Users);
        Dictionary<string, Listener> listeners = [];
        try
        {
            // The connected ones are spread over the crowd, so that winners are among them.
            foreach ((string user, string token) in buyers.Where((_, i) => i % (Users / Connected) == 0))
            {
                listeners[user] = await Listener.ConnectAsync(Stack.HubUrl, token, deadline.Token);
            }

            GrabAnswer[] answers = await Task.WhenAll(buyers.Concat(buyers)
                .Select(buyer => Client.GrabUntilKnownAsync(sale, Sku, buyer.User, buyer.Token, deadline.Token)));

            GrabAnswer[] won = [.. answers.Where(answer => answer.Won)];
            won.Select(answer => answer.User).Distinct().Count().ShouldBe(Units);
            won.Select(answer => answer.OrderId).Distinct().Count().ShouldBe(Units);
            answers.Where(answer => !answer.Won && answer.Type != "already-grabbed").ShouldAllBe(answer => answer.Type == "sold-out");
            SaleAudit audit = Audit(sale, Sku, Units);
            await audit.WaitUntilQuietAsync(deadline.Token);
            await audit.CheckAsync(answers);
            (await audit.ReadAsync()).Left.ShouldBe(0);

            Dictionary<string, string> tokens = buyers.ToDictionary(buyer => buyer.User, buyer => buyer.Token);
            foreach (GrabAnswer winner in won.DistinctBy(answer => answer.User))
            {
                if (!listeners.TryGetValue(winner.User, out Listener? listener))
                {
                    listener = listeners[winner.User] = await Listener.ConnectAsync(Stack.HubUrl, tokens[winner.User], deadline.Token);
                }

                await listener.OrderCreatedAsync(winner.OrderId!, deadline.Token);
            }

            HashSet<string> winners = [.. won.Select(answer => answer.User)];
            foreach ((string user, Listener listener) in listeners)
            {
                listener.Messages.Count.ShouldBe(winners.Contains(user) ? 1 : 0, user);
                listener.Gaps.ShouldBeEmpty();
            }
        }
        finally
        {
            await Task.WhenAll(listeners.Values.Select(listener => listener.DisposeAsync().AsTask()));
        }
    }

    /// <summary>Goal: an item of several buckets takes the same road, from the request that makes it to its orders. Method: a crowd empties it, and every answer is held against Redis and the rows.</summary>
    [Fact]
    public async Task AnItemOfFourBuckets_IsSoldToTheLastUnit()
    {
        const int Units = 41;
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync(Sku, Units, buckets: 4);
        (string User, string Token)[] buyers = await BuyersAsync("split", 300);

        GrabAnswer[] answers = await Task.WhenAll(buyers.Select(buyer => Client.GrabUntilKnownAsync(sale, Sku, buyer.User, buyer.Token, deadline.Token)));

        answers.Count(answer => answer.Won).ShouldBe(Units);
        answers.Where(answer => !answer.Won).ShouldAllBe(answer => answer.Type == "sold-out");
        SaleAudit audit = Audit(sale, Sku, Units);
        await audit.WaitUntilQuietAsync(deadline.Token);
        await audit.CheckAsync(answers);
        (await audit.ReadAsync()).Left.ShouldBe(0);
    }

    [Fact]
    public async Task RepeatedGrab_AnswersTheSameOrder_BeforeAndAfterTheLastUnitIsGone()
    {
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync(Sku, 2);
        string alice = await Client.TokenAsync("alice");
        GrabAnswer first = await Client.GrabAsync(sale, Sku, "alice", alice);
        first.Won.ShouldBeTrue();

        GrabAnswer second = await Client.GrabAsync(sale, Sku, "alice", alice);
        (await Client.GrabAsync(sale, Sku, "bob", await Client.TokenAsync("bob"))).Won.ShouldBeTrue();
        string carol = await Client.TokenAsync("carol");
        for (int i = 0; i < 10; i++)
        {
            GrabAnswer late = await Client.GrabUntilKnownAsync(sale, Sku, "carol", carol, deadline.Token);
            late.ShouldBe(new GrabAnswer("carol", HttpStatusCode.Conflict, "sold-out", null));
            GrabAnswer again = await Client.GrabUntilKnownAsync(sale, Sku, "alice", alice, deadline.Token);
            again.ShouldBe(new GrabAnswer("alice", HttpStatusCode.Conflict, "already-grabbed", first.OrderId));
        }

        second.ShouldBe(new GrabAnswer("alice", HttpStatusCode.Conflict, "already-grabbed", first.OrderId));
    }

    [Fact]
    public async Task LimitOfThree_GivesThreeUnitsInThreeOrders()
    {
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync(Sku, 10, perUserLimit: 3);
        string alice = await Client.TokenAsync("alice");
        List<GrabAnswer> answers = [];
        for (int i = 0; i < 4; i++)
        {
            answers.Add(await Client.GrabUntilKnownAsync(sale, Sku, "alice", alice, deadline.Token));
        }

        answers.Take(3).ShouldAllBe(answer => answer.Won);
        answers[3].Type.ShouldBe("already-grabbed");
        SaleAudit audit = Audit(sale, Sku, 10);
        await audit.WaitUntilQuietAsync(deadline.Token);
        await audit.CheckAsync(answers, perUserLimit: 3);
    }

    [Fact]
    public async Task OnlyListedUsers_MayGrabARestrictedSale()
    {
        string sale = await Client.CreateSaleAsync(Sku, 10, eligible: ["alice"]);

        GrabAnswer bob = await Client.GrabAsync(sale, Sku, "bob", await Client.TokenAsync("bob"));
        GrabAnswer alice = await Client.GrabAsync(sale, Sku, "alice", await Client.TokenAsync("alice"));

        bob.ShouldBe(new GrabAnswer("bob", HttpStatusCode.Forbidden, "not-eligible", null));
        alice.Won.ShouldBeTrue();
    }

    [Fact]
    public async Task AnUploadedUser_MayGrab_FromTheMomentTheUploadIsAcknowledged()
    {
        string sale = await Client.CreateSaleAsync(Sku, 10, eligible: ["alice"]);
        string everybodys = await Client.CreateSaleAsync($"{Sku}-for-all", 10);
        string boss = await Client.TokenAsync("boss", "admin"), bob = await Client.TokenAsync("bob");
        (await Client.GrabAsync(sale, Sku, "bob", bob)).Type.ShouldBe("not-eligible");

        using HttpResponseMessage uploaded = await Client.PostRawAsync($"/api/v1/admin/sales/{sale}/eligible-users", """{"userIds":["bob","alice"]}""", boss);
        GrabAnswer answer = await Client.GrabAsync(sale, Sku, "bob", bob);

        (uploaded.StatusCode, await uploaded.Content.ReadAsStringAsync()).ShouldBe((HttpStatusCode.OK, """{"listed":2}"""));
        answer.Won.ShouldBeTrue($"{answer}");
        foreach ((string of, string body, string token, string expected) in ((string, string, string, string)[])
            [
                (sale, """{"userIds":[]}""", boss, "invalid"), (sale, """{"userIds":["a b"]}""", boss, "invalid"), ("12", """{"userIds":["x"]}""", boss, "unknown-sale"),
                (everybodys, """{"userIds":["x"]}""", boss, "not-restricted"), (sale, """{"userIds":["x"]}""", bob, "forbidden"),
            ])
        {
            using HttpResponseMessage refused = await Client.PostRawAsync($"/api/v1/admin/sales/{of}/eligible-users", body, token);
            (await refused.Content.ReadAsStringAsync()).ShouldContain($"urn:seckill:error:{expected}\"");
        }
    }

    [Fact]
    public async Task OneGrab_IsVisibleEverywhere_FromReservedToPendingPayment()
    {
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync(Sku, 10);
        string alice = await Client.TokenAsync("alice-visible");
        await using Listener listener = await Listener.ConnectAsync(Stack.HubUrl, alice, deadline.Token);
        GrabAnswer won = await Client.GrabAsync(sale, Sku, "alice-visible", alice);
        won.Won.ShouldBeTrue();

        (HttpStatusCode status, JsonDocument order) = await Client.GetAsync($"/api/v1/orders/{won.OrderId}", alice);
        status.ShouldBe(HttpStatusCode.OK);
        order.RootElement.GetProperty("status").GetString().ShouldBeOneOf("reserved", "pending-payment");

        PushMessage told = await listener.OrderCreatedAsync(won.OrderId!, deadline.Token);
        told.Payload.GetProperty("status").GetString().ShouldBe("pending-payment");
        (_, order) = await Client.GetAsync($"/api/v1/orders/{won.OrderId}", alice);
        order.RootElement.GetProperty("status").GetString().ShouldBe("pending-payment");
        (_, JsonDocument list) = await Client.GetAsync("/api/v1/orders", alice);
        list.RootElement.GetProperty("orders").EnumerateArray().Select(one => one.GetProperty("orderId").GetString()).ShouldBe([won.OrderId]);

        string boss = await Client.TokenAsync("boss", "admin");
        while (true)
        {
            (_, JsonDocument stats) = await Client.GetAsync($"/api/v1/admin/sales/{sale}/stats", boss);
            JsonElement item = stats.RootElement.GetProperty("items")[0];
            if (item.GetProperty("left").GetInt64() == 9 && item.GetProperty("held").GetInt64() == 0 && item.GetProperty("sold").GetInt64() == 1
                && stats.RootElement.GetProperty("outboxLength").GetInt64() == 0 && stats.RootElement.GetProperty("consumerLag").GetInt64() == 0
                && stats.RootElement.GetProperty("grabs").TryGetProperty("reserved", out JsonElement reserved) && reserved.GetInt64() == 1)
            {
                break;
            }

            await Task.Delay(100, deadline.Token);
        }
    }

    [Fact]
    public async Task SalesList_ShowsItemsWindowStateAndUnitsLeft()
    {
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync(Sku, 7);
        await Client.GrabUntilKnownAsync(sale, Sku, "alice", await Client.TokenAsync("alice"), deadline.Token);

        while (true)
        {
            (HttpStatusCode status, JsonDocument list) = await Client.GetAsync("/api/v1/sales");
            status.ShouldBe(HttpStatusCode.OK);
            JsonElement found = list.RootElement.GetProperty("sales").EnumerateArray().Single(one => one.GetProperty("saleId").GetString() == sale);
            found.GetProperty("state").GetString().ShouldBe("open");
            found.GetProperty("serverTime").GetDateTimeOffset().ShouldBeInRange(
                found.GetProperty("startsAt").GetDateTimeOffset(), found.GetProperty("endsAt").GetDateTimeOffset());
            JsonElement item = found.GetProperty("items")[0];
            item.GetProperty("stock").GetInt32().ShouldBe(7);
            item.GetProperty("price").GetDecimal().ShouldBe(9.90m);
            if (item.GetProperty("left").GetInt64() == 6)
            {
                return;
            }

            await Task.Delay(50, deadline.Token);
        }
    }

    [Fact]
    public async Task ClosedSale_AnswersGone_AndOpensAgainByHand()
    {
        string sale = await Client.CreateSaleAsync(Sku, 10);
        string alice = await Client.TokenAsync("alice");
        string boss = await Client.TokenAsync("boss", "admin");

        // The node that makes a change has it in its own snapshot when it answers; others follow by message or poll.
        using HttpResponseMessage closed = await Client.PostRawAsync($"/api/v1/admin/sales/{sale}/close", "", boss);
        GrabAnswer refused = await Client.GrabAsync(sale, Sku, "alice", alice);
        using HttpResponseMessage opened = await Client.PostRawAsync($"/api/v1/admin/sales/{sale}/open", "", boss);
        GrabAnswer won = await Client.GrabAsync(sale, Sku, "alice", alice);

        closed.IsSuccessStatusCode.ShouldBeTrue();
        refused.ShouldBe(new GrabAnswer("alice", HttpStatusCode.Gone, "closed", null));
        opened.IsSuccessStatusCode.ShouldBeTrue();
        won.Won.ShouldBeTrue();
    }
}
