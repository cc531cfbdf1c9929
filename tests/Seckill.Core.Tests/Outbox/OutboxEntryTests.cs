using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Outbox;
using Seckill.Core.Stock;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Outbox;

public sealed class OutboxEntryTests
{
    private static readonly StockBucket Bucket = new(new SaleId(5), new SkuId("phone"), 2);

    [Fact]
    public void Winners_AreReadOneALine() =>
        OutboxEntry.ParseWinners("41 0 alice\n9223372036854775807 3 bob@example.com").ShouldBe(
            [new OutboxWinner(new OrderId(41), 0, new UserId("alice")), new OutboxWinner(new OrderId(long.MaxValue), 3, new UserId("bob@example.com"))]);

    [Theory]
    [InlineData("")]
    [InlineData("41 0 alice\n")]
    [InlineData("41 0")]
    [InlineData("41 0 alice x")]
    [InlineData("41  0 alice")]
    [InlineData("0 0 alice")]
    [InlineData("x 0 alice")]
    [InlineData("41 x alice")]
    [InlineData("41 -1 alice")]
    [InlineData("41 +1 alice")]
    [InlineData("41 0 a:b")]
    public void OtherTexts_AreFormatErrors(string packed) => Should.Throw<FormatException>(() => OutboxEntry.ParseWinners(packed));

    [Fact]
    public void AnEntry_IsReadByName_AndUnknownFieldsArePassedOver()
    {
        OutboxEntry entry = new RawOutboxEntry("7-0", ["new", "?", "p", "41 0 alice\n42 1 alice", "t", "1780000000123", "e", "3", "v", "9"]).Parse(Bucket);

        entry.EntryId.ShouldBe("7-0");
        (entry.Bucket, entry.Epoch, entry.Version, entry.ReservedAt).ShouldBe((Bucket, 3, 9, DateTimeOffset.FromUnixTimeMilliseconds(1_780_000_000_123)));
        RawOutboxEntry.Unpack(entry, default).Select(message => (message.OrderId.Value, message.Slot, message.Bucket, message.UserId.Value, message.Epoch, message.Version))
            .ShouldBe([(41, 0, 2, "alice", 3, 9), (42, 1, 2, "alice", 3, 9)]);
    }

    [Fact]
    public void ATrace_BelongsToItsWinner_AndTheTimesToAll()
    {
        string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        DateTimeOffset takenAt = DateTimeOffset.FromUnixTimeMilliseconds(1_780_000_000_500);

        ReservationTrail[] trails = [.. RawOutboxEntry.Unpack(Traced($"42 {trace}").Parse(Bucket), takenAt).Select(message => message.Trail)];

        trails.ShouldBe(
        [
            new ReservationTrail { DecidedMs = 1_780_000_000_400, TakenMs = 1_780_000_000_500 },
            new ReservationTrail { DecidedMs = 1_780_000_000_400, TakenMs = 1_780_000_000_500, TraceParent = trace },
        ]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("42 x")]
    [InlineData("42 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")]
    [InlineData("42 00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("43 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("42 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 y")]
    public void ATraceThatIsNone_HoldsNobodyUp(string traces) => Traced(traces).Parse(Bucket).Winners.ShouldBe(
        [new OutboxWinner(new OrderId(41), 0, new UserId("alice")), new OutboxWinner(new OrderId(42), 1, new UserId("alice"))]);

    private static RawOutboxEntry Traced(string traces) =>
        new("1780000000400-7", ["e", "3", "v", "9", "t", "1780000000123", "p", "41 0 alice\n42 1 alice", "x", traces]);

    [Theory]
    [InlineData("e", null)]
    [InlineData("v", null)]
    [InlineData("t", null)]
    [InlineData("p", null)]
    [InlineData("e", "x")]
    [InlineData("v", "-1")]
    [InlineData("v", "")]
    [InlineData("t", "253402300800000")]
    [InlineData("t", "99999999999999999999")]
    public void AMissingOrImpossibleField_IsAFormatError(string field, string? value)
    {
        Dictionary<string, string> fields = new() { ["e"] = "1", ["v"] = "2", ["t"] = "1780000000123", ["p"] = "41 0 alice" };
        fields.Remove(field);
        if (value is not null)
        {
            fields.Add(field, value);
        }

        RawOutboxEntry raw = new("7-0", [.. fields.SelectMany(pair => new[] { pair.Key, pair.Value })]);

        Should.Throw<FormatException>(() => raw.Parse(Bucket)).Message.ShouldNotBeNullOrEmpty();
    }
}
