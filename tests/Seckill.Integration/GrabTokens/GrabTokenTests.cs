using Seckill.Core.Diagnostics;
using Seckill.Core.Grab;
using Seckill.Core.GrabTokens;
using Seckill.Core.Ids;
using Seckill.Core.Sales;
using Seckill.Integration.Grab;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.GrabTokens;

/// <summary>Grab tokens on the whole grab path, with a real Redis between two nodes.</summary>
public sealed class GrabTokenTests
{
    private static readonly SaleAdmission Required = new() { GrabToken = GrabTokenMode.Required };
    private static readonly SaleAdmission SingleUse = new() { GrabToken = GrabTokenMode.SingleUse };

    // So that a claim whose node died ends within seconds (4 s of these are two time-outs of a command), and may be asked for as often as a test likes.
    private static readonly Dictionary<string, string?> ShortLease = new()
    {
        ["Seckill:Grab:MaxWait"] = "00:00:00.500",
        ["Seckill:Grab:AskAgainFor"] = "00:00:00",
        ["Seckill:Admission:UserLimit"] = "0",
    };

    [Fact]
    public async Task TokenRequired_OnlyTheBuyersOwnIsGood_AndMayBeShownAgain()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        Sale sale = await node.OpenSaleAsync(10, limit: 2, Required);
        Sale other = await node.OpenSaleAsync(10, limit: 2, Required);
        string alices = await TokenOfAsync(node, sale, "alice");

        (await node.GrabAsync(sale, "alice")).Outcome.ShouldBe(GrabOutcome.GrabTokenRequired);
        (await node.GrabAsync(sale, "alice", "made.up")).Outcome.ShouldBe(GrabOutcome.GrabTokenInvalid);
        (await node.GrabAsync(sale, "bob", alices)).Outcome.ShouldBe(GrabOutcome.GrabTokenInvalid);
        (await node.GrabAsync(other, "alice", alices)).Outcome.ShouldBe(GrabOutcome.GrabTokenInvalid);
        (await node.GrabAsync(sale, "alice", alices)).Outcome.ShouldBe(GrabOutcome.Reserved);
        (await node.GrabAsync(sale, "alice", alices)).Outcome.ShouldBe(GrabOutcome.Reserved);
        (await node.GrabAsync(sale, "alice", alices)).Outcome.ShouldBe(GrabOutcome.AlreadyGrabbed);
    }

    [Fact]
    public async Task TokenExpired_IsToldSo()
    {
        await using GrabNode node = await GrabNode.StartAsync(settings: new Dictionary<string, string?> { ["Seckill:GrabTokens:Lifetime"] = "00:00:01", ["Seckill:GrabTokens:ClockSkew"] = "00:00:00" });
        Sale sale = await node.OpenSaleAsync(10, admission: Required);
        string token = await TokenOfAsync(node, sale, "alice");
        GrabTicket ticket = new(sale.Id, sale.Items[0].Sku, new UserId("alice"));
        await Eventually.TrueAsync(() => node.Get<GrabTokenSigner>().Verify(token, ticket, out _) is GrabTokenFault.Expired);

        (await node.GrabAsync(sale, "alice", token)).Outcome.ShouldBe(GrabOutcome.GrabTokenExpired);
    }

    [Fact]
    public async Task BeforeTheOpening_NeitherTokenNorChallengeIsGiven()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        Sale sale = await node.OpenSaleAsync(10, admission: Required with { ProofOfWorkBits = 8 }, opensIn: TimeSpan.FromMinutes(30));

        GrabTokenAnswer answer = await node.Get<GrabTokenDesk>().AskAsync(sale.Id, sale.Items[0].Sku, new UserId("alice"), null, 0);

        answer.Kind.ShouldBe(GrabTokenAnswerKind.Refused);
        answer.Refusal.Outcome.ShouldBe(GrabOutcome.NotOpen);
        answer.Refusal.RetryAfter.ShouldBeInRange(TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(30));
        (answer.Token, answer.Challenge).ShouldBe((default, null));
    }

    /// <summary>The limit of the sale is high, so that nothing but the token stands between its holder and ten units.</summary>
    [Fact]
    public async Task SingleUse_ShownManyTimesAtOnceOnTwoNodes_OneUnitIsReserved()
    {
        await using GrabNode first = await GrabNode.StartAsync();
        await using GrabNode second = await first.StartAnotherAsync();
        Sale sale = await first.OpenSaleAsync(100, limit: 10, SingleUse);
        await second.SeesAsync(sale);
        string token = await TokenOfAsync(first, sale, "alice");

        GrabResult[] results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? first : second).GrabAsync(sale, "alice", token).AsTask()));

        GrabResult won = results.Where(result => result.Outcome == GrabOutcome.Reserved).ShouldHaveSingleItem();
        results.ShouldAllBe(result => result.Outcome == GrabOutcome.Reserved || result.Outcome == GrabOutcome.OutcomeUnknown || result.Outcome == GrabOutcome.GrabTokenUsed);
        (await second.GrabAsync(sale, "alice", token)).ShouldSatisfyAllConditions(
            again => again.Outcome.ShouldBe(GrabOutcome.GrabTokenUsed),
            again => again.Order.ShouldBe(won.Order));
        (await second.Stock.ReadAsync(sale.BucketOf(sale.Items[0])))!.Left.ShouldBe(99);
        (await second.GrabAsync(sale, "alice", await TokenOfAsync(second, sale, "alice"))).Outcome.ShouldBe(GrabOutcome.Reserved, "another token is another grab");
    }

    [Fact]
    public async Task OneSolution_PaysForOneGrab()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        Sale sale = await node.OpenSaleAsync(100, limit: 10, SingleUse with { ProofOfWorkBits = 6 });
        UserId alice = new("alice");
        ProofOfWorkChallenge challenge = (await node.Get<GrabTokenDesk>().AskAsync(sale.Id, sale.Items[0].Sku, alice, null, 0)).Challenge.ShouldNotBeNull();
        long nonce = 0;
        while (ProofOfWork.LeadingZeroBits(challenge.Text, nonce) < challenge.Bits)
        {
            nonce++;
        }

        string token = await SolvedAsync();
        (await node.GrabAsync(sale, "alice", token)).Outcome.ShouldBe(GrabOutcome.Reserved);
        (await node.GrabAsync(sale, "alice", await SolvedAsync())).Outcome.ShouldBe(GrabOutcome.GrabTokenUsed);

        async Task<string> SolvedAsync() => (await node.Get<GrabTokenDesk>().AskAsync(sale.Id, sale.Items[0].Sku, alice, challenge.Text, nonce)).Token.Value.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(GrabOutcome.Reserved, true)]
    [InlineData(GrabOutcome.AlreadyGrabbed, true)]
    [InlineData(GrabOutcome.SoldOut, true)]
    [InlineData(GrabOutcome.OutcomeUnknown, false)]
    [InlineData(GrabOutcome.Overloaded, false)]
    [InlineData(GrabOutcome.OutboxFull, false)]
    [InlineData(GrabOutcome.StockUnavailable, false)]
    [InlineData(GrabOutcome.NotWarmed, false)]
    [InlineData(GrabOutcome.Fenced, false)]
    public async Task WhatTheStockDecided_UsesTheToken_WhatItDidNotGivesItBack(GrabOutcome outcome, bool used)
    {
        await using GrabNode node = await GrabNode.StartAsync();
        await using GrabNode other = await node.StartAnotherAsync();
        GrabTokenUse use = new(GrabNonce.Next(), TimeSpan.FromMinutes(2));
        OrderId order = outcome is GrabOutcome.Reserved or GrabOutcome.AlreadyGrabbed ? new OrderId(77) : default;

        (await node.Get<GrabTokenClaims>().TakeAsync(use, new OrderId(1))).ShouldBeNull();
        (await other.Get<GrabTokenClaims>().TakeAsync(use, new OrderId(2)))!.Value.Outcome.ShouldBe(GrabOutcome.OutcomeUnknown, "nobody knows yet");
        await node.Get<GrabTokenClaims>().SettleAsync(use, new OrderId(1), new GrabResult(outcome, order));

        GrabResult? again = await other.Get<GrabTokenClaims>().TakeAsync(use, new OrderId(3));
        again.ShouldBe(used ? new GrabResult(GrabOutcome.GrabTokenUsed, order) : null);
    }

    [Fact]
    public async Task ALateSettlement_DoesNotTouchTheNextAttempt()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        GrabTokenClaims claims = node.Get<GrabTokenClaims>();
        GrabTokenUse use = new(GrabNonce.Next(), TimeSpan.FromMinutes(2));
        await claims.TakeAsync(use, new OrderId(1));
        await claims.SettleAsync(use, new OrderId(1), new GrabResult(GrabOutcome.OutcomeUnknown));
        (await claims.TakeAsync(use, new OrderId(2))).ShouldBeNull();

        await claims.SettleAsync(use, new OrderId(1), new GrabResult(GrabOutcome.OutcomeUnknown));

        (await claims.TakeAsync(use, new OrderId(3)))!.Value.Outcome.ShouldBe(GrabOutcome.OutcomeUnknown, "the second attempt still has it");
    }

    /// <summary>Goal: a node that dies between the stock and the answer locks nobody out. Method: the grab is thrown away there, and repeated with the same token on another node.</summary>
    [Fact]
    public async Task NodeDiesWithTheClaim_TheSameTokenFindsTheOrder()
    {
        await using GrabNode first = await GrabNode.StartAsync(settings: ShortLease);
        await using GrabNode second = await first.StartAnotherAsync(ShortLease);
        Sale sale = await first.OpenSaleAsync(10, admission: SingleUse);
        await second.SeesAsync(sale);
        string token = await TokenOfAsync(first, sale, "alice");
        first.Get<FaultPoints>().Arm(FaultPoint.AfterReserveBeforeAnswer, () => throw new InvalidOperationException("the node is dead"));
        await Should.ThrowAsync<InvalidOperationException>(async () => await first.GrabAsync(sale, "alice", token));

        (await second.GrabAsync(sale, "alice", token)).Outcome.ShouldBe(GrabOutcome.OutcomeUnknown);
        GrabResult known = default;
        await Eventually.TrueAsync(async () => (known = await second.GrabAsync(sale, "alice", token)).Outcome != GrabOutcome.OutcomeUnknown);

        known.Outcome.ShouldBe(GrabOutcome.AlreadyGrabbed);
        known.Order.ShouldNotBe(default);
        (await second.Stock.ReadAsync(sale.BucketOf(sale.Items[0])))!.Left.ShouldBe(9);
    }

    [Fact]
    public async Task RedisAway_NothingIsLost_AndAUsedTokenStaysUsedAfterItsRestart()
    {
        await using GrabNode node = await GrabNode.StartAsync(RedisPersistence.Always, ShortLease);
        Sale sale = await node.OpenSaleAsync(10, limit: 2, SingleUse);
        string used = await TokenOfAsync(node, sale, "alice");
        GrabResult won = await node.GrabAsync(sale, "alice", used);
        string fresh = await TokenOfAsync(node, sale, "alice");
        await node.Redis.KillAsync();

        (await node.GrabAsync(sale, "alice", fresh)).Outcome.ShouldBe(GrabOutcome.StockUnavailable);
        await node.Redis.StartAsync();

        GrabResult result = default;
        await Eventually.TrueAsync(async () => (result = await node.GrabAsync(sale, "alice", fresh)).Outcome is not (GrabOutcome.StockUnavailable or GrabOutcome.OutcomeUnknown));
        result.Outcome.ShouldBe(GrabOutcome.Reserved);
        (await node.GrabAsync(sale, "alice", used)).ShouldBe(new GrabResult(GrabOutcome.GrabTokenUsed, won.Order));
    }

    [Fact]
    public async Task ForgedTokens_TakeNobodysPlace_AndATooFastBuyerKeepsTheToken()
    {
        await using GrabNode node = await GrabNode.StartAsync(settings: new Dictionary<string, string?> { ["Seckill:Admission:UserLimit"] = "1", ["Seckill:Admission:UserWindow"] = "00:00:01" });
        Sale sale = await node.OpenSaleAsync(10, limit: 5, SingleUse);
        string first = await TokenOfAsync(node, sale, "alice");
        string second = await TokenOfAsync(node, sale, "alice");
        for (int i = 0; i < 100; i++)
        {
            (await node.GrabAsync(sale, "alice", "made.up")).Outcome.ShouldBe(GrabOutcome.GrabTokenInvalid);
        }

        (await node.GrabAsync(sale, "alice", first)).Outcome.ShouldBe(GrabOutcome.Reserved);
        await Eventually.TrueAsync(async () => (await node.GrabAsync(sale, "alice", second)).Outcome is GrabOutcome.Reserved);
    }

    private static async Task<string> TokenOfAsync(GrabNode node, Sale sale, string user) =>
        (await node.Get<GrabTokenDesk>().AskAsync(sale.Id, sale.Items[0].Sku, new UserId(user), null, 0)).Token.Value.ShouldNotBeNull();
}
