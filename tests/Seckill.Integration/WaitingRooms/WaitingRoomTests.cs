using Seckill.Core.Grab;
using Seckill.Core.GrabTokens;
using Seckill.Core.Ids;
using Seckill.Core.Sales;
using Seckill.Core.WaitingRooms;
using Seckill.Integration.Grab;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.WaitingRooms;

/// <summary>Waiting rooms before the whole grab path, with a real Redis between two nodes. What the scripts decide at which time: <see cref="RoomScriptTests"/>.</summary>
public sealed class WaitingRoomTests
{
    private static readonly SaleAdmission OneASecond = new() { GrabToken = GrabTokenMode.Required, WaitingRoom = new SaleWaitingRoom(1, 100) };
    private static readonly Dictionary<string, string?> Unlimited = new() { ["Seckill:Admission:UserLimit"] = "0" };

    [Fact]
    public async Task OnlyTheAdmitted_GetATokenThatGrabs_AndTheOthersHearWhereTheyStand()
    {
        await using GrabNode node = await GrabNode.StartAsync(settings: Unlimited);
        Sale sale = await node.OpenSaleAsync(10, admission: OneASecond);
        (await AskAsync(node, sale, "alice")).Room.Outcome.ShouldBe(RoomOutcome.NotJoined);
        (await node.GrabAsync(sale, "alice")).Outcome.ShouldBe(GrabOutcome.GrabTokenRequired);

        (await JoinAsync(node, sale, "alice")).Outcome.ShouldBe(RoomOutcome.Admitted);
        await FillAsync(node, sale);
        RoomVisit bob = await JoinAsync(node, sale, "bob");
        (bob.Outcome, bob.Wait > TimeSpan.Zero).ShouldBe((RoomOutcome.Waiting, true));
        GrabTokenAnswer turnedAway = await AskAsync(node, sale, "bob");
        (turnedAway.Kind, turnedAway.Room.Outcome, turnedAway.Room.Standing.Place).ShouldBe((GrabTokenAnswerKind.NotAdmitted, RoomOutcome.Waiting, bob.Standing.Place));

        GrabTokenAnswer token = await AskAsync(node, sale, "alice");
        token.Kind.ShouldBe(GrabTokenAnswerKind.Issued);
        (await node.GrabAsync(sale, "alice", token.Token.Value)).Outcome.ShouldBe(GrabOutcome.Reserved);
        await Eventually.TrueAsync(async () => (await AskAsync(node, sale, "bob")).Kind is GrabTokenAnswerKind.Issued);
    }

    [Fact]
    public async Task BadTickets_AreRefusedByName_AndThePlaceIsKept()
    {
        await using GrabNode node = await GrabNode.StartAsync(settings: Unlimited);
        Sale sale = await node.OpenSaleAsync(10, admission: OneASecond);
        Sale other = await node.OpenSaleAsync(10, admission: OneASecond);
        await FillAsync(node, sale);
        RoomVisit alice = await JoinAsync(node, sale, "alice");
        RoomVisit bob = await JoinAsync(node, sale, "bob");
        RoomTickets tickets = node.Get<RoomTickets>();
        string expired = tickets.Issue(
            new RoomTicket(sale.Id, new UserId("alice"), alice.Standing.Epoch, alice.Standing.Place), TimeProvider.System.GetUtcNow() - new WaitingRoomOptions().TicketLifetime.Multiply(2));

        (await LookAsync(node, sale, "alice", null)).Outcome.ShouldBe(RoomOutcome.TicketInvalid);
        (await LookAsync(node, sale, "alice", "made.up")).Outcome.ShouldBe(RoomOutcome.TicketInvalid);
        (await LookAsync(node, sale, "alice", bob.Ticket)).Outcome.ShouldBe(RoomOutcome.TicketInvalid);
        (await LookAsync(node, other, "alice", alice.Ticket)).Outcome.ShouldBe(RoomOutcome.TicketInvalid);
        (await LookAsync(node, sale, "alice", expired)).Outcome.ShouldBe(RoomOutcome.TicketExpired);
        (await LeaveAsync(node, sale, "alice", bob.Ticket)).Outcome.ShouldBe(RoomOutcome.TicketInvalid);
        (await JoinAsync(node, sale, "alice")).Standing.Place.ShouldBe(alice.Standing.Place);

        (await LeaveAsync(node, sale, "bob", bob.Ticket)).Outcome.ShouldBe(RoomOutcome.Left);
        (await LookAsync(node, sale, "bob", bob.Ticket)).Outcome.ShouldBe(RoomOutcome.PlaceLost, "a ticket that was given back is replayed");
        (await LeaveAsync(node, sale, "bob", bob.Ticket)).Outcome.ShouldBe(RoomOutcome.Left, "leaving twice is leaving");
    }

    [Fact]
    public async Task BeforeTheOpening_AndWithoutARoom_ThereIsNoPlace()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        Sale early = await node.OpenSaleAsync(10, admission: OneASecond, opensIn: TimeSpan.FromMinutes(30));
        Sale without = await node.OpenSaleAsync(10);

        RoomVisit refused = await JoinAsync(node, early, "alice");
        (refused.Outcome, refused.Refusal.Outcome, refused.Refusal.RetryAfter > TimeSpan.FromMinutes(20)).ShouldBe((RoomOutcome.Refused, GrabOutcome.NotOpen, true));
        (await JoinAsync(node, without, "alice")).Outcome.ShouldBe(RoomOutcome.NoRoom);
        (await node.Get<WaitingRoom>().JoinAsync(new SaleId(1), new UserId("alice"))).Refusal.Outcome.ShouldBe(GrabOutcome.UnknownSale);
    }

    [Fact]
    public async Task FullRoom_AndAHammeringUser_AreRefusedByName()
    {
        await using GrabNode node = await GrabNode.StartAsync(settings: new Dictionary<string, string?> { ["Seckill:Admission:UserLimit"] = "3", ["Seckill:Admission:UserWindow"] = "01:00:00" });
        Sale sale = await node.OpenSaleAsync(10, admission: OneASecond with { WaitingRoom = new SaleWaitingRoom(1, 2) });
        await FillAsync(node, sale);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => JoinAsync(node, sale, $"crowd-{i}")));

        RoomVisit full = await JoinAsync(node, sale, "alice");
        (full.Outcome, full.Wait > TimeSpan.Zero).ShouldBe((RoomOutcome.Full, true));
        await JoinAsync(node, sale, "alice");
        await JoinAsync(node, sale, "alice");
        RoomVisit throttled = await JoinAsync(node, sale, "alice");
        (throttled.Outcome, throttled.Wait > TimeSpan.Zero).ShouldBe((RoomOutcome.Throttled, true));
    }

    /// <summary>Times of a room are the server's. Nodes whose clocks are off by most of what may be still take the others' tickets, and say the same.</summary>
    [Fact]
    public async Task NodesWithSkewedClocks_Agree()
    {
        await using GrabNode behind = await GrabNode.StartAsync(settings: Unlimited, time: new SkewedTime(TimeSpan.FromSeconds(-4)));
        await using GrabNode ahead = await behind.StartAnotherAsync(Unlimited, new SkewedTime(TimeSpan.FromSeconds(4)));
        Sale sale = await behind.OpenSaleAsync(10, admission: OneASecond);
        await ahead.SeesAsync(sale);
        await FillAsync(behind, sale);
        RoomVisit first = await JoinAsync(behind, sale, "first");
        RoomVisit second = await JoinAsync(ahead, sale, "second");

        (second.Standing.Place - first.Standing.Place).ShouldBe(1);
        (await JoinAsync(ahead, sale, "first")).Standing.Place.ShouldBe(first.Standing.Place);
        (await LookAsync(ahead, sale, "first", first.Ticket)).Standing.Place.ShouldBe(first.Standing.Place);
        (await LookAsync(behind, sale, "second", second.Ticket)).Standing.Place.ShouldBe(second.Standing.Place);
        await Eventually.TrueAsync(async () => (await LookAsync(behind, sale, "second", second.Ticket)).Outcome is RoomOutcome.Admitted);
        (await AskAsync(ahead, sale, "first")).Kind.ShouldBe(GrabTokenAnswerKind.Issued);
    }

    [Fact]
    public async Task RedisAway_IsToldSo_AndThePlaceIsThereWhenItIsBack()
    {
        await using GrabNode node = await GrabNode.StartAsync(RedisPersistence.Always, Unlimited);
        Sale sale = await node.OpenSaleAsync(10, admission: OneASecond);
        await FillAsync(node, sale, crowd: 40);
        RoomVisit alice = await JoinAsync(node, sale, "alice");
        alice.Outcome.ShouldBe(RoomOutcome.Waiting);
        await node.Redis.KillAsync();

        (await LookAsync(node, sale, "alice", alice.Ticket)).Outcome.ShouldBe(RoomOutcome.Unavailable);
        (await LeaveAsync(node, sale, "alice", alice.Ticket)).Outcome.ShouldBe(RoomOutcome.Unavailable);
        await node.Redis.StartAsync();

        RoomVisit back = default;
        await Eventually.TrueAsync(async () => (back = await LookAsync(node, sale, "alice", alice.Ticket)).Outcome is not RoomOutcome.Unavailable);
        (back.Standing.Epoch, back.Standing.Place).ShouldBe((alice.Standing.Epoch, alice.Standing.Place));
    }

    [Fact]
    public async Task RedisForgot_TheOldTicketIsToldSo_AndJoiningGivesAPlace()
    {
        await using GrabNode node = await GrabNode.StartAsync(settings: Unlimited);
        Sale sale = await node.OpenSaleAsync(10, admission: OneASecond);
        RoomVisit alice = await JoinAsync(node, sale, "alice");
        await node.Redis.SendAsync("DEL", "seckill:waiting-room:{room:" + sale.Id + "}:room", "seckill:waiting-room:{room:" + sale.Id + "}:admitted");

        (await LookAsync(node, sale, "alice", alice.Ticket)).Outcome.ShouldBe(RoomOutcome.Emptied);
        (await AskAsync(node, sale, "alice")).Room.Outcome.ShouldBe(RoomOutcome.NotJoined);
        RoomVisit again = await JoinAsync(node, sale, "alice");
        (again.Outcome, (await LookAsync(node, sale, "alice", again.Ticket)).Outcome).ShouldBe((RoomOutcome.Admitted, RoomOutcome.Admitted));
    }

    /// <summary>Takes what may be admitted now; of a larger crowd the rest waits.</summary>
    private static async Task FillAsync(GrabNode node, Sale sale, int crowd = 1)
    {
        for (int i = 0; i < crowd; i++)
        {
            await JoinAsync(node, sale, $"before-{i}");
        }
    }

    private static Task<RoomVisit> JoinAsync(GrabNode node, Sale sale, string user) => node.Get<WaitingRoom>().JoinAsync(sale.Id, new UserId(user));

    private static Task<RoomVisit> LookAsync(GrabNode node, Sale sale, string user, string? ticket) => node.Get<WaitingRoom>().LookAsync(sale.Id, new UserId(user), ticket);

    private static Task<RoomVisit> LeaveAsync(GrabNode node, Sale sale, string user, string? ticket) =>
        node.Get<WaitingRoom>().LeaveAsync(sale.Id, new UserId(user), ticket, pageClosed: false);

    private static ValueTask<GrabTokenAnswer> AskAsync(GrabNode node, Sale sale, string user) =>
        node.Get<GrabTokenDesk>().AskAsync(sale.Id, sale.Items[0].Sku, new UserId(user), null, 0);
}
