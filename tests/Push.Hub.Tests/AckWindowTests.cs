using Microsoft.Extensions.Options;
using Push.Hub.Delivery;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>The account of what a connection has not confirmed; time is given to it.</summary>
public sealed class AckWindowTests
{
    private static readonly long Second = TimeProvider.System.TimestampFrequency;

    private readonly AckWindow _window = new(new AckWindowLimits(
        Options.Create(new DeliveryOptions { MaxUnackedMessages = 8, MaxUnackedBytes = 16 * 1024, ResendAfter = TimeSpan.FromSeconds(5), MaxResends = 3 }), TimeProvider.System));

    [Fact]
    public void Room_EndsAtTheMessages()
    {
        _window.Add(lastSeq: 5, messages: 5, bytes: 100, now: 0);

        _window.HasRoom(messagesBefore: 2).ShouldBeTrue();
        _window.HasRoom(messagesBefore: 3).ShouldBeFalse();
    }

    [Fact]
    public void Room_EndsAtTheBytes()
    {
        _window.Add(lastSeq: 1, messages: 1, bytes: 16_000, now: 0);

        _window.HasRoom(messagesBefore: 1, bytesBefore: 383).ShouldBeTrue();
        _window.HasRoom(messagesBefore: 1, bytesBefore: 384).ShouldBeFalse();
    }

    [Fact]
    public void PageConfirmedInPart_LeavesInProportion()
    {
        _window.Add(lastSeq: 8, messages: 8, bytes: 800, now: 0);

        _window.Release(seq: 3, now: 0);
        bool halfFreeAt5 = _window.IsHalfFree;
        _window.Release(seq: 4, now: 0);

        halfFreeAt5.ShouldBeFalse();
        _window.IsHalfFree.ShouldBeTrue();
        _window.HasRoom(messagesBefore: 3).ShouldBeTrue();
        _window.HasRoom(messagesBefore: 4).ShouldBeFalse();
        _window.Release(seq: 8, now: 0);
        _window.IsEmpty.ShouldBeTrue();
        _window.HasRoom(messagesBefore: 7, bytesBefore: 16 * 1024 - 1).ShouldBeTrue();
    }

    [Fact]
    public void Silence_IsAnsweredThreeTimes_EachTimeTwiceAsLate_AndThenGivenUp()
    {
        _window.Add(lastSeq: 1, messages: 1, bytes: 1, now: 0);
        List<long> at = [];
        long givenUp = 0;
        for (long second = 1; givenUp == 0; second++)
        {
            if (_window.IsDue(second * Second))
            {
                at.Add(second);
                _window.NoteResend(second * Second);
            }

            givenUp = _window.IsGivenUp(second * Second) ? second : 0;
        }

        at.ShouldBe([5, 15, 35]);
        givenUp.ShouldBe(75);
    }

    [Fact]
    public void Confirmation_GivesTheRestItsFullTimeAgain()
    {
        _window.Add(lastSeq: 1, messages: 1, bytes: 1, now: 0);
        _window.Add(lastSeq: 2, messages: 1, bytes: 1, now: 0);
        _window.NoteResend(5 * Second);

        _window.Release(seq: 1, now: 6 * Second);

        _window.IsDue(10 * Second).ShouldBeFalse();
        _window.IsDue(11 * Second).ShouldBeTrue();
        _window.Release(seq: 2, now: 11 * Second);
        _window.IsDue(100 * Second).ShouldBeFalse();
        _window.IsGivenUp(100 * Second).ShouldBeFalse();
    }

    [Fact]
    public void MessageAfterALongQuiet_IsNotDueAtOnce()
    {
        _window.Add(lastSeq: 1, messages: 1, bytes: 1, now: 0);
        _window.Release(seq: 1, now: 0);

        _window.Add(lastSeq: 2, messages: 1, bytes: 1, now: 100 * Second);

        _window.IsDue(104 * Second).ShouldBeFalse();
        _window.IsDue(105 * Second).ShouldBeTrue();
    }
}
