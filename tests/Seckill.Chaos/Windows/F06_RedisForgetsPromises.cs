using Seckill.Chaos.Audit;
using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;
using Seckill.Core.Diagnostics;
using Shouldly;
using Xunit;

namespace Seckill.Chaos.Windows;

/// <summary>F6: a replica that was behind becomes the primary.</summary>
public sealed class F06_RedisForgetsPromises : WindowTest
{
    private const int Units = 3_000;
    private const int Before = 300;
    private const int Stored = 1_000;
    private const int OnlyPromised = 300;
    private const double PerSecond = 400;

    /// <summary>
    /// Goal: a failover that forgets a thousand decrements sells nothing twice and breaks no promise, and the sale goes on by itself. Method: the replica stops receiving; 1,000 users win and become
    /// orders, 300 more win while the relay is held, so that only the Apis know of them; the primary dies and the replica takes its place. Then the rest of the crowd comes, more than there are units.
    /// </summary>
    [Fact]
    public Task LaggingReplicaPromoted_NothingSoldTwice_EveryPromiseKept_SellsAgainByItself() => ProveAsync(async (report, stop) =>
    {
        await using ChaosStack stack = await ChaosStack.StartAsync(new() { Apis = 2, Workers = 1 }, stop);
        await using Crowd crowd = new(stack);
        ChaosSale sale = await crowd.CreateSaleAsync("failover", Units, stop);
        await crowd.ArriveAsync(sale, Before, PerSecond, stop);
        await stack.RedisPair.AddReplicaAsync(stop);
        stack.RedisPair.StopCopying();
        await crowd.ArriveAsync(sale, Stored, PerSecond, stop);
        await BucketProbe.UntilDrainedAsync(stack, sale, stop);
        await stack.Workers[0].ThrowAtAsync(FaultPoint.AfterReadBeforeProduce, times: 0);
        string[] promised = crowd.NewUsers(OnlyPromised, "promised");
        await crowd.ListenAsync(promised.Take(50), stop);
        GrabAnswer[] promises = await crowd.ArriveAsync(sale, promised, PerSecond, stop);
        long leftBefore = (await BucketProbe.ReadAsync(stack, sale)).Left;

        DateTime diedAt = TimeProvider.System.GetUtcNow().UtcDateTime;
        await stack.RedisPair.FailOverAsync();
        long takenOver = TimeProvider.System.GetTimestamp();
        BucketProbe heir = await BucketProbe.ReadAsync(stack, sale);
        await stack.Workers[0].DisarmAsync(FaultPoint.AfterReadBeforeProduce);
        report.Fired("decrements forgotten", heir.Left - leftBefore);
        Task rush = crowd.ArriveAsync(sale, Units, PerSecond, stop);
        TimeSpan fenced = await BucketProbe.UntilAsync(stack, sale, takenOver, probe => probe.Fence is not null || probe.Epoch > 1, stop);
        TimeSpan selling = await BucketProbe.UntilAsync(stack, sale, takenOver, probe => probe.Fence is null && probe.Epoch > 1, stop);
        await rush;

        AuditResult audit = await ChaosAudit.RunAsync(stack, crowd, [sale], stop, mailboxesSince: diedAt);
        report.Figure("seconds to fence", fenced.TotalSeconds.ToString("F3"));
        report.Figure("seconds to sell again", selling.TotalSeconds.ToString("F3"));
        report.Figure("oversold", Math.Max(0, audit.Orders.Count(order => order.IsActive) - Units));
        report.Figure("told, then cancelled", promises.Count(promise => promise.Won && audit.Orders.Any(order => $"{order.OrderId}" == promise.OrderId && !order.IsActive)));
        audit.MustBeClean();
        promises.ShouldAllBe(promise => promise.Won);
        (heir.Left - leftBefore).ShouldBeGreaterThanOrEqualTo(1_000);
        audit.Orders.Count(order => order.IsActive).ShouldBe(Units);
    });
}
