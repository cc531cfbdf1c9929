using Seckill.Chaos.Audit;
using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;
using Shouldly;
using Xunit;

namespace Seckill.Chaos.Windows;

/// <summary>F16: more grabs than the engine can decide.</summary>
[Trait(Run.Name, Run.Long)]
public sealed class F16_Overload : WindowTest
{
    // Two grabs in a call, one call at a time, 20 ms each way: about a hundred a second.
    private const int Capacity = 100;
    private const int MaxWaiting = 50;

    /// <summary>
    /// Goal: what is too much is refused by name before any work, what waits is bounded, and afterwards all is as before. Method: an engine that is made slow is offered twice and five times what it can decide, in an
    /// open model and without any repetition, then half; every answer is read, and the gauge of waiting grabs is sampled against its bound.
    /// </summary>
    [Fact]
    public Task TwiceAndFiveTimesTheCapacity_RefusedByNameBoundedAndBackAgain() => ProveAsync(async (report, stop) =>
    {
        int seconds = Scale.Of(usual: 5, full: 60);
        await using ChaosStack stack = await ChaosStack.StartAsync(
            new()
            {
                ApiEnvironment = new Dictionary<string, string>
                {
                    ["Seckill__Grab__MaxBatch"] = "2",
                    ["Seckill__Grab__MaxCallsInFlight"] = "1",
                    ["Seckill__Grab__MaxWaiting"] = $"{MaxWaiting}",
                    ["Seckill__Grab__MaxWait"] = "00:00:05",
                },
            },
            stop);
        await using Crowd crowd = new(stack);
        ChaosSale sale = await crowd.CreateSaleAsync("crush", 100_000, stop);
        stack.RedisProxy.ReplyDelay = TimeSpan.FromMilliseconds(20);
        await using BoundSampler sampler = new(stack, new Dictionary<string, double> { ["seckill_grab_waiting"] = MaxWaiting });

        GrabAnswer[] twice = await OfferAsync(2 * Capacity);
        GrabAnswer[] fiveTimes = await OfferAsync(5 * Capacity);
        GrabAnswer[] half = await OfferAsync(Capacity / 2);
        stack.RedisProxy.ReplyDelay = TimeSpan.Zero;
        GrabAnswer after = await crowd.BuyAsync(sale, crowd.NewUsers(1)[0], stop);
        AuditResult audit = await ChaosAudit.RunAsync(stack, crowd, [sale], stop, await sampler.StopAsync());

        GrabAnswer[] refused = [.. twice.Concat(fiveTimes).Where(answer => !answer.Won)];
        report.Fired("grabs refused", refused.Length);
        report.Figure("won/s at 2x", twice.Count(answer => answer.Won) / seconds);
        report.Figure("won/s at 5x", fiveTimes.Count(answer => answer.Won) / seconds);
        report.Figure("won/s at 0.5x", half.Count(answer => answer.Won) / seconds);
        report.Figure("refused at 0.5x", half.Count(answer => !answer.Won));
        report.Figure("most waiting", audit.Evidence.Bounds.Max(sample => sample.Highest));
        audit.MustBeClean();
        refused.Length.ShouldBeGreaterThan(0, "nothing was refused: the queue before the stock has no bound");
        refused.ShouldAllBe(answer => answer.Status == 503 && answer.Problem == "overloaded");
        fiveTimes.ShouldContain(answer => answer.Won, "nobody got through");
        after.Won.ShouldBeTrue($"it has not recovered: {after}");

        async Task<GrabAnswer[]> OfferAsync(int perSecond)
        {
            List<Task<GrabAnswer>> asked = [];
            long started = TimeProvider.System.GetTimestamp();
            foreach ((int i, string user) in crowd.NewUsers(perSecond * seconds).Index())
            {
                TimeSpan early = TimeSpan.FromSeconds((double)i / perSecond) - TimeProvider.System.GetElapsedTime(started);
                if (early > TimeSpan.FromMilliseconds(1))
                {
                    await Task.Delay(early, stop);
                }

                asked.Add(crowd.AskAsync(sale, user, stop));
            }

            return await Task.WhenAll(asked);
        }
    });
}
