using Seckill.Core.Live;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Live;

public sealed class SecondClockTests
{
    [Fact]
    public void TurnsAboutTheEdgeOfASecond_NameEverySecondOnce()
    {
        ManualTime time = new();
        SecondClock clock = new(time);
        long first = clock.Next();
        long[] expected = [.. Enumerable.Range(1, 20).Select(i => first + i)];

        long[] named = [.. Enumerable.Range(0, 20).Select(turn =>
        {
            // One turn comes late, the next one early: on a clock of whole seconds two of them would fall into one.
            time.Advance(TimeSpan.FromMilliseconds(turn % 2 == 0 ? 1_400 : 600));
            return clock.Next();
        })];

        named.ShouldBe(expected);
    }

    [Fact]
    public void ATurnThatWasHeldUp_TakesTheClocksSecond()
    {
        ManualTime time = new();
        SecondClock clock = new(time);
        long first = clock.Next();

        time.Advance(TimeSpan.FromSeconds(30));

        clock.Next().ShouldBe(first + 30);
    }

    [Fact]
    public void AClockThatWasSetBack_IsFollowed()
    {
        ManualTime time = new();
        SecondClock clock = new(time);
        long first = clock.Next();

        time.Advance(TimeSpan.FromSeconds(-30));

        clock.Next().ShouldBe(first - 30);
    }
}
