using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Stock;
using Seckill.Integration.Orders;
using Shouldly;
using Xunit;
using static Seckill.Integration.Stock.Recovery.RecoveryBench;

namespace Seckill.Integration.Stock.Recovery;

/// <summary>Whoever carries a recovery out may die, or meet another who does the same. Real Redis, MariaDB and Kafka protocol; the Api is played by bare calls.</summary>
public sealed class RecoveryRunnerTests
{
    public static TheoryData<FaultPoint> Steps =>
    [
        FaultPoint.AfterFenceBeforeDrain, FaultPoint.AfterDrainBeforeEpoch, FaultPoint.AfterEpochBeforeLoad, FaultPoint.AfterLoadBeforeSwap, FaultPoint.AfterSwapBeforeOpen,
        FaultPoint.AfterOpen,
    ];

    /// <summary>Goal: a runner that dies at any step is followed by another. Method: the first pass of each step throws, which ends that run of the recovery as a kill would.</summary>
    [Theory]
    [MemberData(nameof(Steps))]
    public async Task RunnerDiesAtAStep_TheNextOneFinishes(FaultPoint step)
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 30);
        await pipeline.WarmAsync();
        IHost worker = await pipeline.StartWorkerAsync(recovery: true);
        FaultPoints faults = worker.Services.GetRequiredService<FaultPoints>();
        await pipeline.GrabAsync(Enumerable.Range(0, 10).Select(i => $"user-{i}"));
        await pipeline.StoredAsync(10);
        await WatchedAsync(pipeline);
        int passes = 0;
        faults.Arm(step, () => Interlocked.Increment(ref passes) == 1 ? throw new InvalidOperationException("Killed here.") : Task.CompletedTask);

        await pipeline.Redis.KillAsync();
        await pipeline.Redis.StartAsync(TestContext.Current.CancellationToken);
        await RefusedUntilOpenAsync(pipeline, epoch: 2);

        await Pipeline.EventuallyAsync(() => Task.FromResult(faults.Fired(step) > 0), "the fault");
        (await pipeline.Stock.LookAsync(pipeline.Bucket)).Left.ShouldBe(20);
        (await pipeline.ScalarAsync<long>("SELECT epoch FROM stock_guard")).ShouldBe(2);
        await StaysOpenAsync(pipeline, epoch: 2);
    }

    /// <summary>Two Workers, one of them held at a step with the lock in its hand while its connection to MySQL is cut: both then do the same recovery.</summary>
    [Fact]
    public async Task TwoRunnersAtOnce_DoNoHarm()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 30);
        await pipeline.WarmAsync();
        IHost slow = await pipeline.StartWorkerAsync(recovery: true);
        await pipeline.GrabAsync(Enumerable.Range(0, 10).Select(i => $"user-{i}"));
        await pipeline.StoredAsync(10);
        await WatchedAsync(pipeline);
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FaultPoints faults = slow.Services.GetRequiredService<FaultPoints>();
        faults.Arm(FaultPoint.AfterLoadBeforeSwap, () => held.Task);

        await pipeline.Redis.KillAsync();
        await pipeline.Redis.StartAsync(TestContext.Current.CancellationToken);
        await Pipeline.EventuallyAsync(() => Task.FromResult(faults.Fired(FaultPoint.AfterLoadBeforeSwap) > 0), "the first runner at its step");
        await pipeline.StartWorkerAsync(relay: false, intake: false, recovery: true);
        long holder = await pipeline.ScalarAsync<long>("SELECT IS_USED_LOCK(CONCAT('seckill-recovery:', DATABASE()))");
        await pipeline.ExecuteAsync($"KILL {holder}");
        await RefusedUntilOpenAsync(pipeline, epoch: 2);
        StockReply sold = await pipeline.GrabAsync("late");
        held.SetResult();

        await pipeline.StoredAsync(11);
        await StaysOpenAsync(pipeline, epoch: 2);
        (await pipeline.Stock.LookAsync(pipeline.Bucket)).Left.ShouldBe(19);
        (await pipeline.Stock.FindHeldAsync(pipeline.Bucket, new UserId("late"))).ShouldBe([sold.Decisions[0].Order]);
    }
}
