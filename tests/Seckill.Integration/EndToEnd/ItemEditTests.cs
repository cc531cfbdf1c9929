using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Seckill.Integration.Grab;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>The items of a sale by HTTP: changed at will until its warm-up begins, and never after.</summary>
public sealed class ItemEditTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const string Path = "/api/v1/admin/sales";

    [Fact]
    public async Task ItemsOfASaleThatIsNotWarmedUp_AreReplaced_Audited_AndSoldAsEdited()
    {
        string sale = await CreateAsync(Item("lamp", 5), Item("cup", 7));
        (await SaleAsync(sale)).GetProperty("itemsFixed").GetBoolean().ShouldBeFalse();

        // One goes, one changes everything and moves to the front, one comes.
        var cup = new { skuId = "cup", name = "Cup, red", price = 12.34m, stock = 1, perUserLimit = 2, buckets = 2 };
        (HttpStatusCode status, JsonElement edited) = await EditAsync(sale, cup, Item("plate", 3));

        status.ShouldBe(HttpStatusCode.OK);
        edited.GetProperty("itemsFixed").GetBoolean().ShouldBeFalse();
        Texts(edited).ShouldBe(["cup Cup, red 12.34 1 2 2", "plate plate 9.90 3 1 1"]);
        JsonElement entry = (await Client.GetAsync("/api/v1/admin/audit?max=200", await Client.TokenAsync("boss", "admin"))).Body.RootElement.GetProperty("entries").EnumerateArray()
            .Single(each => each.GetProperty("target").GetString() == $"sale/{sale}" && each.GetProperty("action").GetString() == "sale.edit");
        Skus(entry.GetProperty("before")).ShouldBe(["lamp", "cup"]);
        Skus(entry.GetProperty("after")).ShouldBe(["cup", "plate"]);
        Errors(await EditAsync(sale, Item("cup", 0), Item("cup", 1))).ShouldBe(["items[0].stock", "items[1].skuId"]);
        Errors(await EditAsync(sale)).ShouldBe(["items"]);

        JsonElement opened = (await SendAsync(HttpMethod.Post, $"{Path}/{sale}/open")).Body;

        (opened.GetProperty("state").GetString(), opened.GetProperty("itemsFixed").GetBoolean()).ShouldBe(("open", true));
        (await GrabAsync(sale, "lamp", "alice")).Type.ShouldBe("unknown-sku");
        (await GrabAsync(sale, "cup", "alice")).Won.ShouldBeTrue();
        (await GrabAsync(sale, "cup", "bob")).Type.ShouldBe("sold-out");
        (await GrabAsync(sale, "plate", "bob")).Won.ShouldBeTrue();
    }

    [Fact]
    public async Task OnceWarmedUp_OtherItemsAreRefused_AndNothingIsChanged()
    {
        string sale = await CreateAsync(Item("lamp", 5));
        (await SendAsync(HttpMethod.Post, $"{Path}/{sale}/warm-up")).Body.GetProperty("itemsFixed").GetBoolean().ShouldBeTrue();

        foreach (object[] others in new object[][] { [Item("lamp", 6)], [Item("lamp", 5), Item("cup", 1)], [Item("cup", 5)], [new { skuId = "lamp", name = "lamp", price = 1m, stock = 5 }] })
        {
            Problem(await EditAsync(sale, others)).ShouldBe("items-fixed");
        }

        (await SaleAsync(sale)).GetProperty("name").GetString().ShouldBe("Cold");
        Texts(await SaleAsync(sale)).ShouldBe(["lamp lamp 9.90 5 1 1"]);

        // The items that it has are no change; and without items name and window are edited as ever.
        (await EditAsync(sale, Item("lamp", 5))).Body.GetProperty("name").GetString().ShouldBe("Edited");
        (await SendAsync(HttpMethod.Put, $"{Path}/{sale}", Head("Edited again"))).Body.GetProperty("name").GetString().ShouldBe("Edited again");
        Texts(await SaleAsync(sale)).ShouldBe(["lamp lamp 9.90 5 1 1"]);
    }

    [Fact]
    public async Task SaleThatNobodyWarmedUp_IsWarmedUpInTime_ByTheEngine()
    {
        string sale = await CreateAsync(TimeSpan.Zero, Item("lamp", 1));
        string token = await Client.TokenAsync("early-alice");
        using CancellationTokenSource deadline = Deadline();
        GrabAnswer answer;
        while ((answer = await Client.GrabAsync(sale, "lamp", "early-alice", token)).Type == "not-warmed")
        {
            await Task.Delay(100, deadline.Token);
        }

        // The answer that came first may have been that of a moment in which the stock could not be asked.
        (answer.Unknown ? await GrabAsync(sale, "lamp", "early-alice") : answer).Won.ShouldBeTrue();
        // A unit may be sold before the node has its new copy of the sale.
        await Eventually.TrueAsync(async () => (await SaleAsync(sale)).GetProperty("itemsFixed").GetBoolean());
    }

    /// <summary>Goal: never stock in Redis of items that MySQL does not have. Method: edits and a warm-up at once, many times; whichever comes first, both sides agree afterwards.</summary>
    [Fact]
    public async Task EditAndWarmUpAtOnce_WhatIsSoldIsWhatWasSaved()
    {
        int edited = 0, refused = 0;
        for (int round = 0; round < 20; round++)
        {
            string sale = await CreateAsync(Item("lamp", 5));
            // The warm-up starts a little later in each round, so that both orders are met.
            Task<(HttpStatusCode Status, JsonElement Body)>[] edits = [EditAsync(sale, Item("lamp", 6)), EditAsync(sale, Item("cup", 7))];
            await Task.WhenAny(Task.WhenAll(edits), Task.Delay(round));
            (await SendAsync(HttpMethod.Post, $"{Path}/{sale}/warm-up")).Status.ShouldBe(HttpStatusCode.OK);
            foreach ((HttpStatusCode status, JsonElement body) in await Task.WhenAll(edits))
            {
                if (status == HttpStatusCode.OK)
                {
                    edited++;
                }
                else
                {
                    Problem((status, body)).ShouldBe("items-fixed");
                    refused++;
                }
            }

            JsonElement item = (await SaleAsync(sale)).GetProperty("items").EnumerateArray().Single();
            JsonElement stats = (await SendAsync(HttpMethod.Get, $"{Path}/{sale}/stats")).Body.GetProperty("items").EnumerateArray().Single();
            (stats.GetProperty("skuId").GetString(), stats.GetProperty("left").GetInt32()).ShouldBe((item.GetProperty("skuId").GetString(), item.GetProperty("stock").GetInt32()));
        }

        (edited + refused).ShouldBe(40);
    }

    private static object Item(string sku, int stock) => new { skuId = sku, name = sku, price = 9.90m, stock };

    private static Dictionary<string, object> Head(string name, TimeSpan? opensIn = null)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return new() { ["name"] = name, ["startsAt"] = now + (opensIn ?? TimeSpan.FromMinutes(30)), ["endsAt"] = now.AddHours(1) };
    }

    private Task<string> CreateAsync(params object[] items) => CreateAsync(TimeSpan.FromMinutes(30), items);

    private async Task<string> CreateAsync(TimeSpan opensIn, params object[] items)
    {
        (HttpStatusCode status, JsonElement made) = await SendAsync(HttpMethod.Post, Path, new Dictionary<string, object>(Head("Cold", opensIn)) { ["items"] = items, ["warmUp"] = false });
        status.ShouldBe(HttpStatusCode.Created);
        return made.GetProperty("saleId").GetString()!;
    }

    private Task<(HttpStatusCode Status, JsonElement Body)> EditAsync(string sale, params object[] items) =>
        SendAsync(HttpMethod.Put, $"{Path}/{sale}", new Dictionary<string, object>(Head("Edited")) { ["items"] = items });

    private async Task<JsonElement> SaleAsync(string sale) => (await Client.GetAsync($"/api/v1/sales/{sale}")).Body.RootElement;

    private async Task<GrabAnswer> GrabAsync(string sale, string sku, string user) => await Client.GrabUntilKnownAsync(sale, sku, user, await Client.TokenAsync(user), Deadline().Token);

    private async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using HttpRequestMessage request = new(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using HttpResponseMessage answer = await Client.SendAsync(request, await Client.TokenAsync("boss", "admin"));
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken));
    }

    private static IEnumerable<string> Texts(JsonElement sale) => sale.GetProperty("items").EnumerateArray().Select(item =>
        string.Join(' ', ((string[])["skuId", "name"]).Select(field => item.GetProperty(field).GetString()).Concat(
            ((string[])["price", "stock", "perUserLimit", "buckets"]).Select(field => item.GetProperty(field).GetRawText()))));

    private static IEnumerable<string?> Skus(JsonElement shown) => shown.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("sku").GetString());

    private static string Problem((HttpStatusCode Status, JsonElement Body) answer) => answer.Body.GetProperty("type").GetString()!.Split(':')[^1];

    private static string[] Errors((HttpStatusCode Status, JsonElement Body) answer) => [.. answer.Body.GetProperty("errors").EnumerateObject().Select(error => error.Name)];
}
