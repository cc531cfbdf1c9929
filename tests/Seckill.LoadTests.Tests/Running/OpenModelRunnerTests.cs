using Seckill.LoadTests.Running;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.Running;

public sealed class OpenModelRunnerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task ServerStalls_ArrivalsGoOnAndTheStallIsInTheirLatency()
    {
        // All fifty arrivals are sent while the first is still unanswered; a closed loop would have sent one.
        TaskCompletionSource stall = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int sent = 0;
        Step step = new("grab", async _ =>
        {
            if (Interlocked.Increment(ref sent) == 50)
            {
                stall.SetResult();
            }

            await stall.Task;
            return new StepAnswer(Answer.SoldOut);
        });
        OpenModelRunner runner = Runner([step], new LoadSimulation.Inject(500, TimeSpan.FromMilliseconds(100)), maxInFlight: 100);
        await runner.RunAsync(CancellationToken.None).WaitAsync(Patience, TestContext.Current.CancellationToken);
        runner.Log.Count(Answer.SoldOut).ShouldBe(50);
        runner.Log.Latency(Answer.SoldOut).Max.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(90));
    }

    [Fact]
    public async Task BoundReached_TheRestIsCountedAsNotSent()
    {
        TaskCompletionSource hold = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Step step = new("grab", async _ =>
        {
            await hold.Task;
            return new StepAnswer(Answer.Accepted);
        });
        OpenModelRunner runner = Runner([step], new LoadSimulation.Burst(10, TimeSpan.Zero), maxInFlight: 4);
        Task run = runner.RunAsync(CancellationToken.None);
        while (runner.Log.Count(Answer.NotSent) < 6)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        run.IsCompleted.ShouldBeFalse();
        hold.SetResult();
        await run.WaitAsync(Patience, TestContext.Current.CancellationToken);
        runner.Log.Count(Answer.Accepted).ShouldBe(4);
        runner.Log.Count(Answer.NotSent).ShouldBe(6);
        runner.Arrivals.ShouldBe(10);
    }

    [Fact]
    public async Task LaterStep_RunsOnlyAfterAnAcceptedOne()
    {
        Step first = new("grab", user => Task.FromResult(new StepAnswer(user == 0 ? Answer.Accepted : Answer.SoldOut)));
        Step second = new("grab again", _ => Task.FromResult(new StepAnswer(Answer.AlreadyGrabbed)));
        OpenModelRunner runner = Runner([first, second], new LoadSimulation.Burst(2, TimeSpan.Zero), maxInFlight: 10);
        await runner.RunAsync(CancellationToken.None).WaitAsync(Patience, TestContext.Current.CancellationToken);
        runner.Log.Count(Answer.AlreadyGrabbed).ShouldBe(1);
        runner.Log.Attempts.Length.ShouldBe(3);
    }

    [Fact]
    public async Task Stopped_NoNewArrivalsButTheFlyingOnesAreWaitedFor()
    {
        using CancellationTokenSource stop = new();
        Step step = new("grab", async _ =>
        {
            await stop.CancelAsync();
            return new StepAnswer(Answer.Accepted);
        });
        OpenModelRunner runner = Runner([step], new LoadSimulation.Inject(1, TimeSpan.FromHours(1)), maxInFlight: 10);
        await runner.RunAsync(stop.Token).WaitAsync(Patience, TestContext.Current.CancellationToken);
        runner.Log.Count(Answer.Accepted).ShouldBe(1);
    }

    private static OpenModelRunner Runner(IReadOnlyList<Step> steps, LoadSimulation simulation, int maxInFlight) =>
        new(new Scenario("test", steps, [simulation], maxInFlight), arrival => arrival, TimeProvider.System);
}
