using Push.Hub.Delivery;
using Seckill.Core.Push;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>What waits of a user's confirmations between two rounds of writing.</summary>
public sealed class WaitingAckTests
{
    [Fact]
    public void HighestPositionWaits_WithTheTimesOfBoth()
    {
        WaitingAck both = One(5).With(One(3));

        both.Position.Seq.ShouldBe(5);
        both.Times.ShouldBe([TimesOf(5), TimesOf(3)]);
    }

    [Fact]
    public void OtherLifeOfTheMailbox_NothingOfTheFormerIsKept()
    {
        WaitingAck later = new(new MailboxPosition("second", 1), [TimesOf(1)]);

        One(5).With(later).ShouldBe(later);
    }

    [Fact]
    public void Times_AreBounded_TheOldestGo()
    {
        WaitingAck waiting = One(1);
        for (int seq = 2; seq <= MailboxStore.MaxTimes + 2; seq++)
        {
            waiting = waiting.With(One(seq));
        }

        waiting.Times.Length.ShouldBe(MailboxStore.MaxTimes);
        waiting.Times[0].ShouldBe(TimesOf(3));
    }

    [Fact]
    public void WhatCameDuringTheWriting_StaysWithoutWhatWasWritten()
    {
        WaitingAck written = One(1).With(One(2));

        WaitingAck left = written.With(One(3)).Without(written);

        left.Position.Seq.ShouldBe(3);
        left.Times.ShouldBe([TimesOf(3)]);
    }

    private static WaitingAck One(int seq) => new(new MailboxPosition("first", seq), [TimesOf(seq)]);

    private static MailboxConfirmation TimesOf(int seq) => new(seq, DateTimeOffset.FromUnixTimeSeconds(seq), DateTimeOffset.FromUnixTimeSeconds(seq + 1));
}
