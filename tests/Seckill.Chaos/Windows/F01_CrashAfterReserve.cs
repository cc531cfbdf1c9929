using Seckill.Chaos.Audit;
using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;
using Seckill.Core.Diagnostics;
using Seckill.Local.Stack;
using Shouldly;
using Xunit;

namespace Seckill.Chaos.Windows;

/// <summary>F1: a process dies between the Lua script and Kafka.</summary>
[Trait(Run.Name, Run.Long)]
public sealed class F01_CrashAfterReserve : WindowTest
{
    private const double ArrivalsPerSecond = 120;

    /// <summary>Reconciliation would send a lost reservation again and so hide that the outbox has lost it: here the outbox is alone.</summary>
    private static readonly Dictionary<string, string> OutboxAlone = new() { ["Seckill__Reconciliation__MinAge"] = "01:00:00" };

    private static readonly TimeSpan DeathDeadline = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Goal: a unit that the script gave away becomes an order although the process that knew of it dies. Method: under a steady crowd, Api processes are killed with signal 9 between reservation and
    /// answer, Workers between reading the outbox and producing, and between producing and removing; each is started again. Then every answer is held against Redis, MySQL and the mailboxes.
    /// </summary>
    [Fact]
    public Task KilledBetweenScriptAndKafka_NothingIsLostAndNoUnitStaysInLimbo() => ProveAsync(async (report, stop) =>
    {
        int kills = Scale.Of(usual: 15, full: 210);
        await using ChaosStack stack = await ChaosStack.StartAsync(new() { Apis = 2, Workers = 2, Environment = OutboxAlone }, stop);
        await using Crowd crowd = new(stack);
        ChaosSale sale = await crowd.CreateSaleAsync("crash", 200_000, stop);
        using CancellationTokenSource closing = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task arriving = crowd.ArriveUntilAsync(sale, ArrivalsPerSecond, closing.Token, stop);
        List<DateTime> deaths = [];

        await Task.WhenAll(
            KillAsync(stack.Apis, [FaultPoint.AfterReserveBeforeAnswer], kills / 3, deaths, report, stop),
            KillAsync(stack.Workers, [FaultPoint.AfterReadBeforeProduce, FaultPoint.AfterProduceBeforeRemove], kills - (kills / 3), deaths, report, stop));
        await closing.CancelAsync();
        await arriving;

        AuditResult audit = await ChaosAudit.RunAsync(stack, crowd, sale, stop);
        RecoveryTimes recovery = RecoveryTimes.Of(audit.Orders, deaths);
        report.Figure("grabs won", crowd.Log.Won);
        report.Figure("lost", audit.Count(Invariant.NothingLost));
        report.Figure("recovery p50", recovery.Percentile(50));
        report.Figure("recovery p99", recovery.Percentile(99));
        audit.MustBeClean();
        report.Faults.ShouldBe(kills);
    });

    private static async Task KillAsync(
        IReadOnlyList<ServiceProcess> victims, FaultPoint[] points, int kills, List<DateTime> deaths, WindowReport report, CancellationToken stop)
    {
        for (int i = 0; i < kills; i++)
        {
            ServiceProcess victim = victims[i % victims.Count];
            FaultPoint point = points[i / victims.Count % points.Length];
            // A few passes go by first, so that the death comes amid work.
            await victim.KillAtAsync(point, skip: i % 5);
            (await victim.DiesAsync(DeathDeadline, stop)).ShouldBeTrue($"{victim.Name} was never at {point}");
            lock (deaths)
            {
                deaths.Add(TimeProvider.System.GetUtcNow().UtcDateTime);
            }

            report.Fired($"kill -9 at {point}");
            await victim.StartAsync(stop);
        }
    }
}
