using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Outbox;
using Seckill.Core.Receipts;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Recovery;
using Seckill.Local.Servers;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Grab;

public sealed class GrabPathTests
{
    private const int Units = 100;

    [Fact]
    public async Task TenThousandGrabsOfFiveThousandUsers_OneHundredUnits_ExactlyOneHundredReserved()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        Sale sale = await node.OpenSaleAsync(Units);

        GrabResult[] results = await CrowdAsync(node, sale, users: 5_000, grabs: 10_000);

        await AuditAsync(node, sale, results);
        results.ShouldAllBe(result => result.Outcome == GrabOutcome.Reserved || result.Outcome == GrabOutcome.AlreadyGrabbed || result.Outcome == GrabOutcome.SoldOut);
        results.Count(result => result.Outcome == GrabOutcome.Reserved).ShouldBe(Units);
    }

    [Fact]
    public async Task AReservation_ComesWithWhatItsReceiptSays_ARefusalWithNothing()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        Sale sale = await node.OpenSaleAsync(units: 1);

        GrabResult won = await node.GrabAsync(sale, "alice");
        GrabResult lost = await node.GrabAsync(sale, "bob");

        ReceiptSigner signer = node.Get<ReceiptSigner>();
        signer.Verify(signer.Sign(won.ReceiptFor(sale.Id, sale.Items[0].Sku, new UserId("alice"))), out Receipt receipt).ShouldBe(ReceiptFault.None);
        receipt.ShouldBe(new Receipt(won.Order, sale.Id, sale.Items[0].Sku, new UserId("alice"), 0, Epoch: 1, Version: 2)); // A warm bucket is at version 1.
        receipt.ReservedAt.ShouldBe(SnowflakeIds.TimeOf(won.Order.Value));
        lost.ShouldBe(new GrabResult(GrabOutcome.SoldOut));
    }

    [Fact]
    public async Task ScriptsFlushedInMidRun_NothingIsLostOrDoubled()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        Sale sale = await node.OpenSaleAsync(Units);
        using ConnectionMultiplexer admin = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{node.Redis.Port},allowAdmin=true");

        Task<GrabResult[]> crowd = CrowdAsync(node, sale, users: 5_000, grabs: 10_000, paced: true);
        int flushes = 0;
        while (!crowd.IsCompleted)
        {
            await admin.GetServer("127.0.0.1", node.Redis.Port).ScriptFlushAsync();
            flushes++;
        }

        flushes.ShouldBeGreaterThan(0);
        GrabResult[] results = await crowd;
        await AuditAsync(node, sale, results);
        results.Count(result => result.Outcome == GrabOutcome.Reserved).ShouldBe(Units);
    }

    [Fact]
    public async Task RedisKilledInMidRun_AndRestartedFromItsLog_NobodyIsServedTwice()
    {
        await using GrabNode node = await GrabNode.StartAsync(RedisPersistence.Always);
        Sale sale = await node.OpenSaleAsync(2_000);
        Task<GrabResult[]> crowd = CrowdAsync(node, sale, users: 5_000, grabs: 20_000, paced: true);
        await Eventually.TrueAsync(async () => (await node.Stock.ReadAsync(sale.BucketOf(sale.Items[0])))!.Left < 1_900);
        await node.Redis.KillAsync();
        await node.Redis.StartAsync();

        GrabResult[] results = await crowd;
        await AuditAsync(node, sale, results);
    }

    [Fact]
    public async Task SoldOut_IsAnsweredFromMemory_AndLiftedWhenAUnitReturns()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        Sale sale = await node.OpenSaleAsync(1);
        StockBucket bucket = sale.BucketOf(sale.Items[0]);
        GrabResult first = await node.GrabAsync(sale, "alice");
        (await node.GrabAsync(sale, "bob")).Outcome.ShouldBe(GrabOutcome.SoldOut);

        SoldOutBoard board = node.Get<SoldOutBoard>();
        await Eventually.TrueAsync(() => board.TryAnswer(bucket, new UserId("bob"), out _));
        board.TryAnswer(bucket, new UserId("alice"), out GrabResult held).ShouldBeTrue();
        held.ShouldBe(new GrabResult(GrabOutcome.AlreadyGrabbed, first.Order));

        (await node.Stock.ReleaseAsync(bucket, new UserId("alice"), first.Order)).ShouldBe(ReleaseStatus.Released);
        await Eventually.TrueAsync(() => !board.TryAnswer(bucket, new UserId("bob"), out _));
        (await node.GrabAsync(sale, "bob")).Outcome.ShouldBe(GrabOutcome.Reserved);
    }

    [Fact]
    public async Task GatesRefuse_BeforeTheStockIsAsked()
    {
        await using GrabNode node = await GrabNode.StartAsync(settings: new Dictionary<string, string?> { ["Seckill:Admission:UserLimit"] = "2" });
        Sale sale = await node.OpenSaleAsync(10);
        (await node.Get<GrabHandler>().GrabAsync(new SaleId(1), new SkuId("phone"), new UserId("u"))).Outcome.ShouldBe(GrabOutcome.UnknownSale);
        (await node.Get<GrabHandler>().GrabAsync(sale.Id, new SkuId("none"), new UserId("u"))).Outcome.ShouldBe(GrabOutcome.UnknownSku);

        GrabResult[] results = [await node.GrabAsync(sale, "u"), await node.GrabAsync(sale, "u"), await node.GrabAsync(sale, "u"), await node.GrabAsync(sale, "u"), await node.GrabAsync(sale, "u")];
        GrabResult throttled = results.First(result => result.Outcome == GrabOutcome.Throttled);
        throttled.RetryAfter.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    /// <summary>The buckets of a sale are rebuilt also after its end, for those who were told; the units left are nobody's, though the script itself would give them.</summary>
    [Fact]
    public async Task SaleIsOver_ItsRecoveredBucketStandsOpen_AndSellsNothing()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        Sale sale = await node.OpenSaleAsync(units: 10);
        StockBucket bucket = sale.BucketOf(sale.Items[0]);
        await node.Get<SalePublisher>().PublishAsync(sale with { Window = sale.Window with { EndsAt = TimeProvider.System.GetUtcNow() }, Version = 2 });
        await Eventually.TrueAsync(() => node.Get<SaleCatalog>().Current.TryFind(sale.Id, out Sale? seen) && seen.Version == 2);
        BucketRebuild rebuild = new(node.Get<RedisConnection>(), TimeProvider.System);
        await rebuild.FenceAsync(bucket, 2);
        await rebuild.LoadAsync(bucket, []);
        await rebuild.SwapAsync(bucket, 2, units: 10, limit: 1, users: 0, held: 0);
        (await rebuild.OpenAsync(bucket, 2)).ShouldBe(OpenStatus.Opened);

        (await node.GrabAsync(sale, "alice")).Outcome.ShouldBe(GrabOutcome.Closed);

        (await node.Stock.LookAsync(bucket)).ShouldSatisfyAllConditions(look => look.IsFenced.ShouldBeFalse(), look => look.Left.ShouldBe(10), look => look.Version.ShouldBe(1));
    }

    private static async Task<GrabResult[]> CrowdAsync(GrabNode node, Sale sale, int users, int grabs, bool paced = false)
    {
        List<Task<GrabResult>> all = [];
        for (int i = 0; i < grabs; i++)
        {
            all.Add(node.GrabAsync(sale, $"user-{i % users}").AsTask());
            if (paced && i % 50 == 49)
            {
                await Task.Delay(1);
            }
        }

        return await Task.WhenAll(all);
    }

    /// <summary>The independent ledger: units left plus units held is the total, nobody holds two, the outbox names exactly the holders, and nobody was told of an order that is not there.</summary>
    private static async Task AuditAsync(GrabNode node, Sale sale, GrabResult[] results)
    {
        StockKeys keys = node.Keys(sale);
        IDatabase db = node.Get<RedisConnection>().Database;
        HashEntry[] buyers = await db.HashGetAllAsync(keys.Buyers);
        long left = (long)await db.StringGetAsync(keys.Stock);
        left.ShouldBeGreaterThanOrEqualTo(0);
        (left + buyers.Length).ShouldBe(sale.Items[0].Stock);
        HashSet<OrderId> held = [.. buyers.Select(buyer => HeldOrders.Parse(buyer.Value).ShouldHaveSingleItem().Order)];
        held.Count.ShouldBe(buyers.Length);

        List<OrderId> sent = [];
        foreach (RedisResult entry in (RedisResult[])(await db.ExecuteAsync("XRANGE", keys.Outbox, "-", "+"))!)
        {
            string[] fields = (string[])((RedisResult[])entry!)[1]!;
            sent.AddRange(OutboxEntry.ParseWinners(fields[Array.IndexOf(fields, "p") + 1]).Select(winner => winner.Order));
        }

        sent.Count.ShouldBe(held.Count);
        held.SetEquals(sent).ShouldBeTrue();
        foreach (GrabResult result in results.Where(result => result.Outcome is GrabOutcome.Reserved or GrabOutcome.AlreadyGrabbed))
        {
            held.ShouldContain(result.Order);
        }
    }
}
