using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Recovery;
using Seckill.Core.WaitingRooms;
using Seckill.Local;
using Seckill.Local.Servers;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Grab;

/// <summary>Goal: a dead node of a Redis Cluster takes its own sales along, and the loops go on with all others. Method: three sales on the node, three beside it; the node is killed.</summary>
public sealed class ClusterNodeAwayTests : IAsyncLifetime
{
    private static readonly Dictionary<string, string?> FastPoll = new() { ["Seckill:Grab:BoardPollInterval"] = "00:00:00.050", ["Seckill:Stock:CallTimeout"] = "00:00:01" };

    private readonly TemporaryDirectory _directory = new();
    private readonly RedisCluster _cluster;

    public ClusterNodeAwayTests() => _cluster = new RedisCluster(folder => new() { Directory = _directory.Combine(folder) });

    public async ValueTask InitializeAsync() => await _cluster.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task WitnessLoop_TestifiesToTheWinnersOfTheOthers()
    {
        await using GrabNode node = await GrabNode.StartOnAsync(_cluster, FastPoll);
        ScatteredSales sales = await OpenAsync(node);
        foreach (Sale sale in sales.Gone.Concat(sales.Others))
        {
            (await node.GrabAsync(sale, "alice")).Outcome.ShouldBe(GrabOutcome.Reserved);
        }

        await sales.Doomed.KillAsync();
        BucketRebuild rebuild = new(node.Get<RedisConnection>(), TimeProvider.System);
        foreach (Sale sale in sales.Others)
        {
            await Eventually.TrueAsync(() => AnswersAsync(() => rebuild.FenceAsync(BucketOf(sale), 2)));
        }

        foreach (Sale sale in sales.Others)
        {
            await Eventually.TrueAsync(() => AnswersAsync(async () => (await node.Get<TestimonyStore>().ReadAsync(BucketOf(sale))).ShouldHaveSingleItem().User.ShouldBe(new UserId("alice"))));
        }
    }

    /// <summary>What the board says of a bucket changes without a word, so only the poll can tell; and it must load the page anew, for a page that nobody confirms is lifted in any case.</summary>
    [Fact]
    public async Task SoldOutBoard_StillComparesTheOthers()
    {
        await using GrabNode node = await GrabNode.StartOnAsync(_cluster, FastPoll);
        ScatteredSales sales = await OpenAsync(node);
        foreach (Sale sale in sales.Gone.Concat(sales.Others))
        {
            await node.GrabAsync(sale, "alice");
            await Eventually.TrueAsync(() => KnowsAs(node, sale, "alice", GrabOutcome.AlreadyGrabbed));
        }

        await sales.Doomed.KillAsync();
        foreach (Sale sale in sales.Others)
        {
            await Eventually.TrueAsync(() => AnswersAsync(() => SellToAnotherAsync(node, sale)));
        }

        foreach (Sale sale in sales.Others)
        {
            await Eventually.TrueAsync(() => KnowsAs(node, sale, "carol", GrabOutcome.AlreadyGrabbed));
        }
    }

    /// <summary>The unit of one failed order is on the node that has gone: the buyers of the others' sales are told all the same.</summary>
    [Fact]
    public async Task BuyersOfOneBatch_AreToldThoughAUnitCannotBeGivenBack()
    {
        await using GrabNode node = await GrabNode.StartOnAsync(_cluster, FastPoll);
        ScatteredSales sales = await OpenAsync(node);
        MailboxStore mailboxes = node.Get<MailboxStore>();
        OrderAnnouncer announcer = new(node.Get<StockStore>(), mailboxes);
        UserId lucky = await UserBesideAsync(sales.Doomed);
        IntakeOutcome[] batch =
        [
            new(Reservation(sales.Gone[0], new UserId("unlucky"), 1), IntakeVerdict.Failed, 9.9m, OrderFailure.UnknownItem, IsNew: true),
            new(Reservation(sales.Others[0], lucky, 2), IntakeVerdict.Created, 9.9m, Reason: null, IsNew: true, TimeProvider.System.GetUtcNow().AddMinutes(5)),
        ];

        await sales.Doomed.KillAsync();

        // The intake repeats a batch until all of it is done.
        await Eventually.TrueAsync(async () =>
        {
            (await AnswersAsync(() => announcer.AnnounceAsync(batch, new IntakeSpans()))).ShouldBeFalse("a unit is still to be given back");
            return await AnswersAsync(async () => (await mailboxes.ReadAsync(lucky, MailboxPosition.Start)).Entries.ShouldHaveSingleItem());
        });
    }

    [Fact]
    public async Task RoomProgress_IsToldOfTheOtherRooms()
    {
        await using GrabNode node = await GrabNode.StartOnAsync(_cluster, FastPoll);
        RoomStore rooms = new(node.Get<RedisConnection>(), Options.Create(new WaitingRoomOptions()));
        SaleAdmission admission = SaleAdmission.Unlimited with { WaitingRoom = new SaleWaitingRoom(AdmitPerSecond: 1, MaxWaiting: 100) };
        ScatteredSales sales = await ScatteredSales.OpenAsync(
            _cluster, () => node.OpenSaleAsync(1, admission: admission), sale => [new RoomKeys(sale.Id).All[0], SaleBroadcaster.LatestKey(sale.Id)]);
        foreach (Sale sale in sales.Gone.Concat(sales.Others))
        {
            await rooms.VisitAsync(sale.Id, admission.WaitingRoom!, RoomAsk.Join, new UserId("alice"));
        }

        await sales.Doomed.KillAsync();
        using RoomProgressPublisher publisher = new(node.Get<RedisConnection>(), rooms, node.Get<SaleBroadcaster>(), TimeProvider.System, NullLogger<RoomProgressPublisher>.Instance);
        await publisher.StartAsync(TestContext.Current.CancellationToken);

        foreach (Sale sale in sales.Others)
        {
            await Eventually.TrueAsync(() => AnswersAsync(async () => (await node.Get<SaleBroadcaster>().LatestPayloadAsync(sale.Id, PushTypes.RoomProgress)).ShouldNotBeNull()));
        }

        await publisher.StopAsync(CancellationToken.None);
    }

    private Task<ScatteredSales> OpenAsync(GrabNode node) => ScatteredSales.OpenAsync(_cluster, () => node.OpenSaleAsync(units: 1), sale => [new StockKeys(BucketOf(sale)).Stock]);

    private async Task<UserId> UserBesideAsync(RedisServer doomed)
    {
        for (int i = 0; ; i++)
        {
            UserId user = new($"buyer-{i}");
            if (await _cluster.NodeOfAsync(new MailboxKeys(user).Mailbox!) != doomed)
            {
                return user;
            }
        }
    }

    private static ReservationMessage Reservation(Sale sale, UserId user, long order) =>
        new(new OrderId(order), sale.Id, sale.Items[0].Sku, BucketOf(sale).Index, user, 0, 1, 1, TimeProvider.System.GetUtcNow());

    private static StockBucket BucketOf(Sale sale) => sale.BucketOf(sale.Items[0]);

    private static bool KnowsAs(GrabNode node, Sale sale, string user, GrabOutcome outcome) =>
        node.Get<SoldOutBoard>().TryAnswer(BucketOf(sale), new UserId(user), out GrabResult known) && known.Outcome == outcome;

    // As if alice's order had ended and carol had bought, and all messages had been lost. The same fields each time, so it may be repeated.
    private static async Task SellToAnotherAsync(GrabNode node, Sale sale)
    {
        StockKeys keys = new(BucketOf(sale));
        ITransaction sold = node.Get<RedisConnection>().Database.CreateTransaction();
        _ = sold.HashDeleteAsync(keys.Buyers, "alice");
        _ = sold.HashSetAsync(keys.Buyers, "carol", "0=999");
        _ = sold.HashIncrementAsync(keys.Meta, "version");
        (await sold.ExecuteAsync()).ShouldBeTrue();
    }

    // The client is finding out that the node is gone, and may refuse what has nothing to do with it.
    private static async Task<bool> AnswersAsync(Func<Task> step)
    {
        try
        {
            await step();
            return true;
        }
        catch (Exception fault) when (fault is StockUnavailableException or RedisException or TimeoutException or OperationCanceledException or ShouldAssertException)
        {
            return false;
        }
    }
}
