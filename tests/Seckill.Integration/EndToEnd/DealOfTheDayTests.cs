using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Seckill.Local;
using Seckill.Local.Stack;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>The sample: the engine inside an application that is not ours, beside a whole engine that writes its orders.</summary>
public sealed class DealOfTheDayTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const string Sku = "phone";

    [Fact]
    public async Task ACrowdOfItsOwnUsers_BuysEveryUnitOnce_AndEachBecomesAnOrder()
    {
        const int Units = 5;
        using CancellationTokenSource deadline = Deadline();
        using TemporaryDirectory directory = new();
        await using ServiceProcess shop = new(new ServiceProcessOptions { Name = "deal-of-the-day", Project = "DealOfTheDay", Directory = directory.Path, Environment = Stack.ServiceEnvironment });
        await shop.StartAsync(deadline.Token);
        HttpClient[] crowd = [.. Enumerable.Range(0, 20).Select(_ => new HttpClient { BaseAddress = shop.Url })];
        try
        {
            (await crowd[0].PostAsync($"/deals/{Sku}?units={Units}", null, deadline.Token)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            await Task.WhenAll(crowd.Select(async (buyer, i) => (await buyer.PostAsync($"/login/deal-{i}", null, deadline.Token)).EnsureSuccessStatusCode()));
            using HttpResponseMessage made = await crowd[0].PostAsync($"/deals/{Sku}?units={Units}", null, deadline.Token);
            string deal = (await made.Content.ReadFromJsonAsync<JsonElement>(deadline.Token)).GetProperty("deal").GetString()!;

            GrabAnswer[] answers = await Task.WhenAll(crowd.Select((buyer, i) => BuyAsync(buyer, $"deal-{i}", deal, deadline.Token)));

            answers.Count(answer => answer.Won).ShouldBe(Units);
            answers.Where(answer => !answer.Won).ShouldAllBe(answer => answer.Type == "SoldOut");
            SaleAudit audit = Audit(deal, Sku, Units);
            await audit.WaitUntilQuietAsync(deadline.Token);
            await audit.CheckAsync(answers);
        }
        finally
        {
            Array.ForEach(crowd, buyer => buyer.Dispose());
        }
    }

    private static async Task<GrabAnswer> BuyAsync(HttpClient buyer, string user, string deal, CancellationToken stop)
    {
        using HttpResponseMessage answer = await buyer.PostAsync($"/deals/{deal}/{Sku}/buy", null, stop);
        JsonElement body = await answer.Content.ReadFromJsonAsync<JsonElement>(stop);
        bool won = answer.StatusCode is HttpStatusCode.Accepted;
        return new GrabAnswer(user, answer.StatusCode, won ? null : body.GetProperty("outcome").GetString(), won ? body.GetProperty("order").GetString() : null);
    }
}
