using Seckill.Core.Ids;
using Seckill.Core.Stock;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>I4: a promise made in Redis is kept although the message about it is gone.</summary>
public sealed class LostMessageTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const string Sku = "kettle";

    /// <summary>
    /// Goal: reconciliation finds reservations that no message speaks of any more. Method: with the Worker dead, 40 users win; then their outbox entries are thrown away, as a broker
    /// that lost its log would; the Worker starts, and every winner must get the order and hear of it.
    /// </summary>
    [Fact]
    public async Task MessagesOfFortyWinnersLost_EveryOneStillGetsTheOrder()
    {
        const int Winners = 40;
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync(Sku, Winners + 10);
        (string User, string Token)[] buyers = await BuyersAsync("unheard", Winners);
        await Stack.Worker.KillAsync();
        List<GrabAnswer> answers = [];
        foreach ((string user, string token) in buyers)
        {
            answers.Add(await Client.GrabUntilKnownAsync(sale, Sku, user, token, deadline.Token));
        }

        answers.ShouldAllBe(answer => answer.Won);
        SaleId.TryParse(sale, out SaleId saleId).ShouldBeTrue();
        using (ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(Stack.RedisConnection))
        {
            RedisKey outbox = new StockKeys(new StockBucket(saleId, new SkuId(Sku))).Outbox;
            long lost = (long)await redis.GetDatabase().ExecuteAsync("XTRIM", outbox, "MAXLEN", 0);
            lost.ShouldBeGreaterThan(0, "nothing was lost, so nothing is proven");
        }

        await Stack.Worker.StartAsync(deadline.Token);

        SaleAudit audit = Audit(sale, Sku, Winners + 10);
        await audit.WaitUntilQuietAsync(deadline.Token);
        await audit.CheckAsync(answers);
        (await audit.ReadAsync()).Orders.Length.ShouldBe(Winners);
        await using Listener listener = await Listener.ConnectAsync(Stack.HubUrl, buyers[0].Token, deadline.Token);
        await listener.OrderCreatedAsync(answers[0].OrderId!, deadline.Token);
    }
}
