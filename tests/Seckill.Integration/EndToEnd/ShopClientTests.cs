using System.Data.Common;
using System.Net;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Options;
using Seckill.Client.Shop;
using Seckill.Core;
using Seckill.Core.Database;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

public sealed class ShopClientTests(StackFixture fixture) : EndToEndTest(fixture)
{
    [Fact]
    public async Task NewSaleWithBucketsRoomAndGrabTokens_IsMadeAsAsked()
    {
        using HttpClient http = new() { BaseAddress = Stack.Api.Url };
        ShopClient shop = new(http);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        NewSale sale = new("Sale", now.AddMinutes(30), now.AddHours(1), [new NewSaleItem("shop-client", "Phone", 9.9m, Stock: 10, PerUserLimit: 2, Buckets: 4)],
            new NewSaleAdmission(GrabToken: "single-use", ProofOfWorkBits: 3, new NewWaitingRoom(AdmitPerSecond: 7, MaxWaiting: 50), RatePerSecond: 900, Burst: 20));

        ShopAnswer<JsonElement> made = await shop.CreateSaleAsync(await Client.TokenAsync("boss", "admin"), sale, TestContext.Current.CancellationToken);

        made.Status.ShouldBe(HttpStatusCode.Created, made.Problem?.Detail);
        made.Value.GetProperty("admission").GetRawText().ShouldBe(
            """{"ratePerSecond":900,"burst":20,"grabToken":"single-use","proofOfWorkBits":3,"waitingRoom":{"admitPerSecond":7,"maxWaiting":50}}""");
        await using DbConnection connection = await new SeckillDatabase(Options.Create(new Connections { MySql = Stack.MySqlConnection })).OpenAsync(TestContext.Current.CancellationToken);
        (await connection.ExecuteScalarAsync<int>("SELECT buckets FROM sale_items WHERE sku_id = 'shop-client'")).ShouldBe(4);
    }
}
