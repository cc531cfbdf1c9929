using Seckill.Core.WaitingRooms;
using Shouldly;
using Xunit;

namespace Seckill.Integration.WaitingRooms;

/// <summary>What <c>room-visit.lua</c> and <c>room-leave.lua</c> decide, on a real server with a clock that the test sets.</summary>
public sealed class RoomScriptTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(RoomBench.SilenceMs);

    /// <summary>
    /// Goal: order and rate hold whatever happens. Method: random visits by random users at random times; whoever is seen admitted for the first time must have a higher place than all before who
    /// were admitted, nobody who still waits may have a lower one, and the count of the admitted stays under the rate's line.
    /// </summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 2)]
    [InlineData(50, 3)]
    public async Task AnySequence_AdmitsInOrder_AtTheRate_OnePlaceEach(int rate, int seed)
    {
        await using RoomBench room = await RoomBench.StartAsync(rate, maxWaiting: 60);
        Random random = new(seed);
        Dictionary<string, (long Place, double HeardAt)> waiting = [];
        double passed = 0;
        for (int i = 0; i < 800; i++)
        {
            string user = $"user-{random.Next(100)}";
            TimeSpan pause = TimeSpan.FromMilliseconds(random.Next(4) == 0 ? random.Next(1_000 / rate) : 0);
            passed += pause.TotalSeconds;
            room.Pass(pause);

            RoomStanding standing = await room.JoinAsync(user);

            standing.Waiting.ShouldBeLessThanOrEqualTo(60);
            room.Admitted.ShouldBeLessThanOrEqualTo((long)(rate * passed) + rate);
            switch (standing.Answer)
            {
                case RoomAnswer.Waiting:
                    standing.Place.ShouldBeGreaterThan(standing.Head, "nobody with a higher place is through");
                    if (waiting.TryGetValue(user, out (long Place, double HeardAt) before) && passed - before.HeardAt < Silence.TotalSeconds)
                    {
                        standing.Place.ShouldBe(before.Place, "a place is kept");
                    }

                    waiting[user] = (standing.Place, passed);
                    if (random.Next(20) == 0)
                    {
                        (await room.LeaveAsync(user, standing)).ShouldBeTrue();
                        waiting.Remove(user);
                    }

                    break;
                case RoomAnswer.Admitted:
                    standing.Place.ShouldBeLessThanOrEqualTo(standing.Head);
                    waiting.Remove(user);
                    break;
                default:
                    standing.Answer.ShouldBe(RoomAnswer.Full);
                    break;
            }
        }

        room.Admitted.ShouldBeGreaterThan(rate);
    }

    [Fact]
    public async Task FewerThanTheRate_NobodyWaits_AndTheFirstOverIt_IsAdmittedAtItsTime()
    {
        await using RoomBench room = await RoomBench.StartAsync(rate: 2);
        (await room.JoinAsync("a")).ShouldSatisfyAllConditions(
            a => a.Answer.ShouldBe(RoomAnswer.Admitted), a => a.Place.ShouldBe(1), a => a.Left.ShouldBe(TimeSpan.FromMilliseconds(RoomBench.AdmissionMs)));
        (await room.JoinAsync("b")).Answer.ShouldBe(RoomAnswer.Admitted);

        RoomStanding third = await room.JoinAsync("c");
        (third.Answer, third.Place, third.Ahead, third.Waiting).ShouldBe((RoomAnswer.Waiting, 3, 0, 1));
        third.EstimateAt(2).ShouldBe(Second / 2);
        RoomStanding fourth = await room.JoinAsync("d");
        (fourth.Answer, fourth.Place, fourth.Ahead).ShouldBe((RoomAnswer.Waiting, 4, 1));

        room.Pass((Second / 2) - TimeSpan.FromMilliseconds(1));
        (await room.LookAsync("c", third)).Answer.ShouldBe(RoomAnswer.Waiting);
        room.Pass(TimeSpan.FromMilliseconds(1));
        (await room.LookAsync("d", fourth)).ShouldSatisfyAllConditions(d => d.Answer.ShouldBe(RoomAnswer.Waiting), d => d.Ahead.ShouldBe(0), d => d.Head.ShouldBe(3));
        (await room.LookAsync("c", third)).Answer.ShouldBe(RoomAnswer.Admitted);
    }

    [Fact]
    public async Task OneUserWithManyTickets_HasOnePlace()
    {
        await using RoomBench room = await RoomBench.StartAsync();
        await room.JoinAsync("first");
        RoomStanding once = await room.JoinAsync("bot");
        for (int i = 0; i < 20; i++)
        {
            (await room.JoinAsync("bot")).ShouldBe(once with { At = once.At });
        }

        (await room.JoinAsync("next")).ShouldSatisfyAllConditions(next => next.Place.ShouldBe(3), next => next.Ahead.ShouldBe(1), next => next.Waiting.ShouldBe(2));
    }

    [Fact]
    public async Task LeavingFreesThePlace_AndTheTicketOfYesterday_DoesNotFreeTodays()
    {
        await using RoomBench room = await RoomBench.StartAsync();
        await room.JoinAsync("first");
        RoomStanding before = await room.JoinAsync("alice");
        RoomStanding behind = await room.JoinAsync("bob");

        (await room.LeaveAsync("alice", before)).ShouldBeTrue();
        (await room.LookAsync("bob", behind)).Ahead.ShouldBe(0);
        (await room.LookAsync("alice", before)).Answer.ShouldBe(RoomAnswer.None);
        (await room.LeaveAsync("alice", before)).ShouldBeFalse();

        RoomStanding again = await room.JoinAsync("alice");
        again.Place.ShouldBe(4, "behind those who stayed");
        (await room.LeaveAsync("alice", before)).ShouldBeFalse();
        (await room.LookAsync("alice", before)).Answer.ShouldBe(RoomAnswer.None);
        (await room.LookAsync("alice", again)).Answer.ShouldBe(RoomAnswer.Waiting);
    }

    [Fact]
    public async Task FullRoom_RefusesTheNewcomer_KeepsTheOthers_AndHasRoomAgain()
    {
        await using RoomBench room = await RoomBench.StartAsync(maxWaiting: 2);
        await room.JoinAsync("first");
        RoomStanding a = await room.JoinAsync("a");
        RoomStanding b = await room.JoinAsync("b");

        (await room.JoinAsync("c")).Answer.ShouldBe(RoomAnswer.Full);
        (await room.JoinAsync("b")).Place.ShouldBe(b.Place);
        await room.LeaveAsync("a", a);
        (await room.JoinAsync("c")).Answer.ShouldBe(RoomAnswer.Waiting);
    }

    [Fact]
    public async Task SilentPage_IsFreed_WhileOthersAreHeard_AndTakesNoAdmission()
    {
        await using RoomBench room = await RoomBench.StartAsync(rate: 1);
        for (int i = 0; i < 60; i++)
        {
            await room.JoinAsync($"user-{i}");
        }

        RoomStanding last = await room.JoinAsync("last");
        for (int second = 0; second < 20; second++)
        {
            room.Pass(Second);
            last = await room.LookAsync("last", last);
        }

        // 1 was admitted at once and 19 while they counted as there; the other 40 are gone, so the last one is the next.
        (last.Answer, room.Admitted, room.Silent).ShouldBe((RoomAnswer.Admitted, 21, 40));
    }

    /// <summary>Nobody could be heard while the Api, the network or Redis was away: nobody is to blame for it. The same when the server's clock is set forward.</summary>
    [Theory]
    [InlineData(60)]
    [InlineData(86_400)]
    public async Task NobodyHeardForLong_AllKeepTheirPlaces_AndWhoStaysSilent_LosesIt(int seconds)
    {
        await using RoomBench room = await RoomBench.StartAsync(rate: 1);
        await room.JoinAsync("first");
        RoomStanding[] waiting = [await room.JoinAsync("a"), await room.JoinAsync("b"), await room.JoinAsync("c"), await room.JoinAsync("d")];

        room.Pass(TimeSpan.FromSeconds(seconds));
        (await room.MoveOnAsync()).ShouldSatisfyAllConditions(on => on.Waiting.ShouldBe(3, "one second's worth is admitted"), on => on.Head.ShouldBe(2));
        (await room.LookAsync("d", waiting[3])).Ahead.ShouldBe(2);
        room.Silent.ShouldBe(0);
    }

    [Fact]
    public async Task ServerClockSetBack_NobodyIsLost_AndAdmissionsGoOn()
    {
        await using RoomBench room = await RoomBench.StartAsync(rate: 1);
        await room.JoinAsync("first");
        RoomStanding alice = await room.JoinAsync("alice");

        room.Pass(-TimeSpan.FromHours(1));
        (await room.LookAsync("alice", alice)).Answer.ShouldBe(RoomAnswer.Waiting);
        room.Pass(Second);
        (await room.LookAsync("alice", alice)).Answer.ShouldBe(RoomAnswer.Admitted);
    }

    [Fact]
    public async Task RedisEmptied_AnOldTicketIsToldSo_AndJoiningGivesAPlace()
    {
        await using RoomBench room = await RoomBench.StartAsync(rate: 1);
        await room.JoinAsync("first");
        RoomStanding alice = await room.JoinAsync("alice");
        await room.FlushAsync();
        room.Pass(Second);

        (await room.LookAsync("alice", alice)).Answer.ShouldBe(RoomAnswer.Emptied);
        (await room.JoinAsync("bob")).Answer.ShouldBe(RoomAnswer.Admitted);
        (await room.LookAsync("alice", alice)).Answer.ShouldBe(RoomAnswer.Emptied);
        (await room.LeaveAsync("alice", alice)).ShouldBeFalse();
        RoomStanding again = await room.JoinAsync("alice");
        (again.Answer, again.Place).ShouldBe((RoomAnswer.Waiting, 2));
        (await room.LookAsync("alice", again)).Answer.ShouldBe(RoomAnswer.Waiting);
    }

    [Fact]
    public async Task ClosedPage_LosesItsPlaceAfterTheGrace_UnlessItIsHeardOfAgain()
    {
        await using RoomBench room = await RoomBench.StartAsync(rate: 1);
        for (int i = 0; i < 20; i++)
        {
            await room.JoinAsync($"user-{i}");
        }

        RoomStanding closed = await room.JoinAsync("closed");
        RoomStanding reloaded = await room.JoinAsync("reloaded");
        (await room.LeaveAsync("closed", closed, graceMs: 6_000)).ShouldBeTrue();
        (await room.LeaveAsync("reloaded", reloaded, graceMs: 6_000)).ShouldBeTrue();

        room.Pass(5 * Second);
        (await room.JoinAsync("reloaded")).Place.ShouldBe(reloaded.Place);
        room.Pass(Second);
        (await room.LookAsync("reloaded", reloaded)).Answer.ShouldBe(RoomAnswer.Waiting);
        (await room.LookAsync("closed", closed)).Answer.ShouldBe(RoomAnswer.None);
        room.Silent.ShouldBe(1);
    }

    [Fact]
    public async Task Admission_EndsWithItsTime_AClosedPageDoesNotEndIt_AndTheNextPlaceIsTheLast()
    {
        await using RoomBench room = await RoomBench.StartAsync(rate: 1);
        RoomStanding alice = await room.JoinAsync("alice");
        (await room.LeaveAsync("alice", alice, graceMs: 6_000)).ShouldBeFalse();

        room.Pass(TimeSpan.FromMilliseconds(RoomBench.AdmissionMs - 1));
        (await room.JoinAsync("alice")).ShouldSatisfyAllConditions(again => again.Answer.ShouldBe(RoomAnswer.Admitted), again => again.Place.ShouldBe(1), again => again.Left.TotalMilliseconds.ShouldBe(1));
        room.Pass(TimeSpan.FromMilliseconds(1));
        (await room.LookAsync("alice", alice)).Answer.ShouldBe(RoomAnswer.None);
        await room.JoinAsync("bob");
        (await room.JoinAsync("alice")).ShouldSatisfyAllConditions(again => again.Answer.ShouldBe(RoomAnswer.Waiting), again => again.Place.ShouldBe(3));
    }

    [Fact]
    public async Task LargeCrowd_IsAdmittedInBoundedBatches_OfWhichTheNextVisitTakesTheRest()
    {
        await using RoomBench room = await RoomBench.StartAsync(rate: 2_000, maxWaiting: 10_000);
        await Task.WhenAll(Enumerable.Range(0, 3_500).Select(i => room.JoinAsync($"user-{i}")));
        room.Admitted.ShouldBe(2_000);

        room.Pass(Second);
        (await room.MoveOnAsync()).Waiting.ShouldBe(1_000);
        (await room.MoveOnAsync()).Waiting.ShouldBe(500);
    }

    [Fact]
    public async Task LargerCrowd_IsAskedToLookLessOften()
    {
        TimeSpan silence = TimeSpan.FromSeconds(20);

        new RoomStanding { Waiting = 20_000 }.LookEvery(silence).ShouldBe(TimeSpan.FromSeconds(5));
        new RoomStanding { Waiting = 100_000 }.LookEvery(silence).ShouldBe(TimeSpan.FromSeconds(25));
        await using RoomBench room = await RoomBench.StartAsync(maxWaiting: 100_000);
        await room.FillAsync(40_000);
        RoomStanding last = await room.JoinAsync("last");
        await room.JoinAsync("silent");
        for (int i = 0; i < 3; i++)
        {
            room.Pass(TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1));
            (await room.LookAsync("last", last)).Answer.ShouldBe(RoomAnswer.Waiting);
        }

        (await room.LookAsync("silent")).Answer.ShouldBe(RoomAnswer.Waiting, "twice as many, twice the time");
    }

    [Fact]
    public async Task SilentCrowd_DoesNotHoldUpWhoIsThere()
    {
        await using RoomBench room = await RoomBench.StartAsync(rate: 1, maxWaiting: 5_000);
        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i => room.JoinAsync($"user-{i}")));
        RoomStanding last = await room.JoinAsync("last");
        for (TimeSpan passed = TimeSpan.Zero; passed < Silence; passed += 5 * Second)
        {
            room.Pass(5 * Second);
            last = await room.LookAsync("last", last);
        }

        for (int visits = 0; last.Answer is RoomAnswer.Waiting; visits++)
        {
            visits.ShouldBeLessThan(20);
            room.Pass(Second / 2);
            last = await room.LookAsync("last", last);
        }

        last.Answer.ShouldBe(RoomAnswer.Admitted);
    }
}
