using System.Text;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Push;

public sealed class MailboxTrackTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_780_000_000_000);

    [Theory]
    [InlineData(1, 11)]
    [InlineData(2, 12)]
    [InlineData(3, 15)]
    [InlineData(5, 15)]
    public void AMessage_WasConfirmedByTheFirstThatReachesIt(long seq, long ackedMs) =>
        MailboxTrack.Of(seq, null, "1 1 11,2 2 12,5 5 15", maxTimes: 8).ShouldBe(new MailboxTrack(null, DateTimeOffset.FromUnixTimeMilliseconds(ackedMs - 10), DateTimeOffset.FromUnixTimeMilliseconds(ackedMs)));

    [Fact]
    public void WhatIsNotConfirmed_OrSoLongAgoThatItIsForgotten_IsNotKnown()
    {
        MailboxTrack.Of(6, null, "1 1 11,2 2 12,5 5 15", maxTimes: 8).AckedAt.ShouldBeNull();
        MailboxTrack.Of(6, null, null, maxTimes: 8).AckedAt.ShouldBeNull();

        // Full: the one that confirmed message 3 may have been dropped.
        MailboxTrack.Of(3, null, "4 4 14,5 5 15", maxTimes: 2).AckedAt.ShouldBeNull();
        MailboxTrack.Of(4, null, "4 4 14,5 5 15", maxTimes: 2).AckedAt.ShouldNotBeNull();
        MailboxTrack.Of(5, null, "4 4 14,5 5 15", maxTimes: 2).AckedAt.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1 2")]
    [InlineData("1 x 3")]
    [InlineData("1 2 999999999999999999")]
    public void OtherTexts_TellNothing(string times) => MailboxTrack.Of(1, "nothing"u8.ToArray(), times, maxTimes: 8).ShouldBe(new MailboxTrack(null, null, null));

    [Fact]
    public void ABody_TellsItsTime_AndItsTraceWhereItHasOne()
    {
        string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        // A payload may say what it likes.
        MailboxMessage message = new(new UserId("alice"), "id", PushTypes.OrderCreated, PushPriority.High, TimeSpan.FromMinutes(1), Encoding.UTF8.GetBytes($$"""{"at":"x","trace":"{{trace}}"}"""));

        byte[] plain = PushEnvelope.EncodeBody(message, At), traced = PushEnvelope.EncodeBody(message with { TraceParent = trace }, At);

        PushEnvelope.ReadTrace(plain).ShouldBeNull();
        PushEnvelope.ReadTrace(traced).ShouldBe(trace);
        MailboxTrack.Of(1, traced, null, maxTimes: 8).AppendedAt.ShouldBe(At);
        PushEnvelope.EncodeBody(message with { TraceParent = "somebody's text" }, At).ShouldBe(plain);
        PushEnvelope.ReadTrace("\"id\":\"1\""u8).ShouldBeNull();
        PushEnvelope.ReadTrace(traced.AsSpan(0, 80)).ShouldBeNull();
    }
}
