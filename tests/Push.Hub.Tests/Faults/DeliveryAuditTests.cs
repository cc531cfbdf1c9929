using System.Text.Json;
using Seckill.Client.Push;
using Seckill.Core.Push;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests.Faults;

/// <summary>The auditor finds what it is for. Texts: <c>a1</c> is the message with sequence number 1 of life a, <c>!</c> a gap.</summary>
public sealed class DeliveryAuditTests
{
    [Theory]
    [InlineData("a1 a2 a3", "a1 a2 a3")]
    [InlineData("", "")]
    [InlineData("a1 a2 a3 b1 b2", "a1 a2 ! b1 b2")]
    [InlineData("a1 a2 b1", "a1 a2 ! b1")]
    [InlineData("a1 b1 c1", "! ! c1")]
    [InlineData("a1 b1 c1", "a1 ! c1")]
    public void AsItShouldBe(string appended, string told) => Audit(appended, told).MustBeClean();

    [Theory]
    [InlineData("a1 a2 a3", "a1 a3", "in the middle")]
    [InlineData("a1 a2 a3", "a1 a2", "at the end")]
    [InlineData("a1 a2 a3", "a1 ! a3", "a gap told in a life that went on")]
    [InlineData("a1 a2 a3 b1", "a1 a3 ! b1", "in the middle of a lost life")]
    [InlineData("a1 a2 b1 b2", "a1 a2 ! b2", "at the begin of the next life")]
    public void Lost(string appended, string told, string where)
    {
        Audit(appended, told).Lost.ShouldBe(1, where);
        Should.Throw<ShouldAssertException>(() => Audit(appended, told).MustBeClean());
    }

    [Fact]
    public void Twice() => Refused("a1 a2", "a1 a2 a1").Twice.ShouldBe(1);

    [Fact]
    public void OutOfOrder() => Refused("a1 a2 a3", "a1 a3 a2").OutOfOrder.ShouldBe(1);

    [Fact]
    public void Unknown() => Refused("a1", "a1 a2").Unknown.ShouldBe(1);

    [Fact]
    public void GapNotTold() => Refused("a1 a2 b1", "a1 b1").GapsUntold.ShouldBe(1);

    [Fact]
    public void GapToldTooLate() => Refused("a1 a2 b1 b2", "a1 b1 ! b2").GapsUntold.ShouldBe(1);

    [Fact]
    public void GapToldOfNothing() => Refused("a1 a2", "a1 ! a2").GapsFalse.ShouldBe(1);

    [Fact]
    public void GapToldAfterEverything() => Refused("a1 a2", "a1 a2 !").GapsFalse.ShouldBe(1);

    [Fact]
    public void GapToldTwice() => Refused("a1 b1", "a1 ! ! b1").GapsFalse.ShouldBe(1);

    [Fact]
    public void Forgotten_IsCountedApart() => Audit("a1 a2 a3 b1", "a1 ! b1").Forgotten.ShouldBe(2);

    private static DeliveryFindings Refused(string appended, string told)
    {
        DeliveryFindings findings = Audit(appended, told);
        Should.Throw<ShouldAssertException>(findings.MustBeClean);
        return findings;
    }

    private static DeliveryFindings Audit(string appended, string told) => DeliveryAudit.Of(
        [.. Words(appended).Select(id => new AppendedMessage(id, new MailboxPosition(id[..1], id[1] - '0')))],
        [.. Words(told).Select(Event)]);

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static PushEvent Event(string word) => word == "!"
        ? new PushGap(EpochChanged: true, Truncated: false)
        : new PushMessage(word, word[1] - '0', "order.created", default, 60, "normal", default(JsonElement));
}
