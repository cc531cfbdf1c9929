using System.Text.Json;
using Seckill.Chaos.Crowds;
using Shouldly;
using Xunit;

namespace Seckill.Chaos.Audit;

/// <summary>Each violation is planted in the evidence of a sound system, and must be seen; the sound evidence must not be found fault with.</summary>
public sealed class InvariantAuditorTests
{
    private static readonly ChaosSale Sale = new("77", "phone", Units: 3, PerUserLimit: 1);
    private static readonly DateTime Time = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void SoundSystem_NothingIsFound() => InvariantAuditor.Judge(Sound()).ShouldBeEmpty();

    [Fact]
    public void MoreActiveOrdersThanUnits() => Found(Invariant.NoOversell, With(sale => sale with { Sale = Sale with { Units = 1 } }));

    [Fact]
    public void NegativeStock() => Found(Invariant.NoOversell, With(sale => sale with { Left = -1 }));

    [Fact]
    public void GuardOfAnotherSize() => Found(Invariant.NoOversell, With(sale => sale with { GuardUnits = 4 }));

    [Fact]
    public void UnitLeaked() => Found(Invariant.NoUndersell, With(sale => sale with { Left = 0 }));

    [Fact]
    public void StockGoneFromRedis() => Found(Invariant.NoUndersell, With(sale => sale with { Left = null }));

    [Fact]
    public void GuardMiscounts() => Found(Invariant.NoUndersell, With(sale => sale with { GuardSold = 3 }));

    [Fact]
    public void UnitHeldWithoutAnOrder() => Found(
        Invariant.NoUndersell, With(sale => sale with { Left = 0, Held = new Dictionary<string, IReadOnlyList<long>>(sale.Held) { ["carol"] = [13] } }));

    [Fact]
    public void SoldOutWhileUnitsAreLeft() => Found(Invariant.NoUndersell, Sound() with { Answers = [.. Sound().Answers, Answer("carol", 409, "sold-out", null)] });

    [Fact]
    public void TwoOrdersOfOneUser() => Found(Invariant.OnePerUser, With(sale => sale with { Orders = [.. sale.Orders, Row(13, "alice")] }));

    [Fact]
    public void TwoUnitsHeldByOneUser() => Found(
        Invariant.OnePerUser, With(sale => sale with { Held = new Dictionary<string, IReadOnlyList<long>>(sale.Held) { ["alice"] = [11, 13] } }));

    [Fact]
    public void OneOrderIdTwice() => Found(Invariant.OnePerUser, With(sale => sale with { Orders = [.. sale.Orders, Row(11, "carol")] }));

    [Fact]
    public void StrangersOrder() => Found(Invariant.OnePerUser, Sound() with { Answers = [Answer("carol", 202, null, "11")] });

    [Fact]
    public void PromisedAndNotThere() => Found(Invariant.NothingLost, Sound() with { Answers = [Answer("carol", 202, null, "13")] });

    [Fact]
    public void ToldNoAndCharged() => Found(
        Invariant.NothingLost, Sound() with { Answers = [Answer("alice", null, null, null), Answer("alice", 409, "sold-out", null) with { SentAt = Time.AddSeconds(1) }] });

    [Fact]
    public void OutboxNotEmpty() => Found(Invariant.NothingLost, With(sale => sale with { OutboxEntries = 1 }));

    [Fact]
    public void KafkaNotFinished() => Found(Invariant.NothingLost, Sound() with { Lag = 1 });

    [Fact]
    public void PutAside() => Found(Invariant.NothingLost, Sound() with { DeadLetters = [new("seckill.dead-letters", "why", "{}")] });

    [Fact]
    public void ListenerNotTold() => Found(Invariant.Told, Sound() with { Received = Pushes("alice") });

    [Fact]
    public void ListenerToldOtherwise() => Found(Invariant.Told, Sound() with { Received = Pushes("alice", Push(1, "11:order.failed", "11", "failed")) });

    [Fact]
    public void ListenerOfAGapWasShownTheOrder_IsTold()
    {
        AuditEvidence gap = Sound() with { Received = Pushes("alice", Gap()) };

        Found(Invariant.Told, gap);
        InvariantAuditor.Judge(gap with { Shown = new Dictionary<string, IReadOnlyDictionary<string, string>> { ["alice"] = new Dictionary<string, string> { ["11"] = "pending-payment" } } })
            .ShouldBeEmpty();
    }

    [Fact]
    public void MailboxWithoutTheOrder() => Found(Invariant.Told, Sound() with { Mailboxes = new Dictionary<string, IReadOnlyList<StoredPush>> { ["bob"] = [] } });

    [Fact]
    public void MailboxLostByRedis_IsNotLookedInto() =>
        InvariantAuditor.Judge(Sound() with { Mailboxes = new Dictionary<string, IReadOnlyList<StoredPush>> { ["bob"] = [] }, MailboxesSince = Time.AddDays(1) }).ShouldBeEmpty();

    [Fact]
    public void SameIdOtherNumber() => Found(
        Invariant.Told, Sound() with { Received = Pushes("alice", Created(1), Created(2)) });

    [Fact]
    public void SilentHole() => Found(
        Invariant.Told, Sound() with { Received = Pushes("alice", Created(1), Push(3, "other", null, null)) });

    [Fact]
    public void RepetitionOfWhatWasNotConfirmed_IsSound() =>
        InvariantAuditor.Judge(Sound() with { Received = Pushes("alice", Created(1), Push(2, "other", null, null), Created(1), Push(3, "third", null, null)) }).ShouldBeEmpty();

    [Fact]
    public void RepetitionOnAnotherConnection_IsSound() =>
        InvariantAuditor.Judge(Sound() with { Received = Pushes("alice", Created(1), Created(1) with { Connection = 2 }) }).ShouldBeEmpty();

    [Fact]
    public void GaugeOverItsBound() => Found(Invariant.Bounded, Sound() with { Bounds = [new("queue", 11, 10)] });

    private static void Found(Invariant invariant, AuditEvidence evidence) =>
        InvariantAuditor.Judge(evidence).ShouldContain(violation => violation.Invariant == invariant);

    private static AuditEvidence With(Func<SaleEvidence, SaleEvidence> change) => Sound() with { Sales = [change(Sound().Sales[0])] };

    private static AuditEvidence Sound() => new()
    {
        Sales =
        [
            new(
                Sale, Left: 1, new Dictionary<string, IReadOnlyList<long>> { ["alice"] = [11], ["bob"] = [12] }, OutboxEntries: 0, [Row(11, "alice"), Row(12, "bob")],
                GuardUnits: 3, GuardSold: 2),
        ],
        Answers = [Answer("alice", 202, null, "11"), Answer("bob", null, null, null), Answer("bob", 409, "already-grabbed", "12")],
        Received = Pushes("alice", Created(1)),
        Mailboxes = new Dictionary<string, IReadOnlyList<StoredPush>> { ["bob"] = [new(1, "12:order.created", "order.created", "12", "pending-payment")] },
        Bounds = [new("queue", 10, 10)],
    };

    private static OrderRow Row(long id, string user) => new(id, 77, "phone", user, 0, "pending-payment", Time.AddSeconds(-1), Time);

    private static GrabAnswer Answer(string user, int? status, string? problem, string? order) => new(user, Sale, Time, TimeSpan.Zero, status, problem, order);

    private static ReceivedPush Created(long seq) => Push(seq, "11:order.created", "11", "pending-payment");

    private static ReceivedPush Push(long seq, string id, string? order, string? status) =>
        new(Time, 1, "e", seq, id, id.Split(':')[^1], JsonSerializer.SerializeToElement(new { orderId = order, status }));

    private static ReceivedPush Gap() => new(Time, 1, "e", 0, "p", "push.position", JsonSerializer.SerializeToElement(new { recovered = false }));

    private static Dictionary<string, IReadOnlyCollection<ReceivedPush>> Pushes(string user, params ReceivedPush[] pushes) => new() { [user] = pushes };
}
