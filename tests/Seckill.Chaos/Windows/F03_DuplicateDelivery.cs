using Seckill.Chaos.Audit;
using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;
using Seckill.Core.Diagnostics;
using Seckill.Local.Stack;
using Shouldly;
using Xunit;

namespace Seckill.Chaos.Windows;

/// <summary>F3: the same message reaches the intake twice.</summary>
[Trait(Run.Name, Run.Long)]
public sealed class F03_DuplicateDelivery(SharedStack shared) : WindowTest
{
    private const int MaxRounds = 5;

    private static readonly TimeSpan BeyondRequestTimeout = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan DeathDeadline = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Goal: a message that Kafka holds twice, or gives twice, has its effects once. Method: brokers answer later than the client waits, so that it sends again what stands already; brokers go down
    /// and come back; Workers are killed between commit and offsets. The test counts the repeated messages in Kafka itself, and the redeliveries in the Worker's own metric.
    /// </summary>
    [Fact]
    public Task MessagesStandTwiceAndAreGivenTwice_EachOrderOnce() => ProveAsync(async (report, stop) =>
    {
        ChaosStack stack = await shared.StackAsync(stop);
        await using Crowd crowd = new(stack);
        ChaosSale sale = await crowd.CreateSaleAsync("twice", 20_000, stop);
        using CancellationTokenSource closing = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task arriving = crowd.ArriveUntilAsync(sale, ratePerSecond: 60, closing.Token, stop);

        for (int round = 0; round < MaxRounds && await RepeatedAsync(stack, sale, stop) == 0; round++)
        {
            await LateAnswersAsync(stack, report, stop);
        }

        foreach (FaultPoint point in (FaultPoint[])[FaultPoint.AfterCommitBeforePush, FaultPoint.AfterPushBeforeOffsets])
        {
            await KillAsync(stack.Workers, point, report, stop);
        }

        await closing.CancelAsync();
        await arriving;
        AuditResult audit = await ChaosAudit.RunAsync(stack, crowd, sale, stop);

        int repeated = await RepeatedAsync(stack, sale, stop);
        double redelivered = (await Task.WhenAll(stack.Workers.Select(worker => worker.SumAsync("seckill_orders_repeated_total")))).Sum();
        report.Fired("messages that stand twice", repeated);
        report.Fired("messages met again by the intake", (long)redelivered);
        report.Figure("orders", audit.Orders.Count());
        report.Figure("effects of duplicates", audit.Violations.Count);
        audit.MustBeClean();
        (repeated + redelivered).ShouldBeGreaterThan(0, "no message was ever repeated");
    });

    private static Task<int> RepeatedAsync(ChaosStack stack, ChaosSale sale, CancellationToken stop) =>
        Task.Run(() => KafkaEvidence.CountRepeated(stack.Kafka.BootstrapServers, sale.Id), stop);

    // The append has happened when the answer is late, so what the client sends again after its time-out stands twice.
    private static async Task LateAnswersAsync(ChaosStack stack, WindowReport report, CancellationToken stop)
    {
        foreach (int broker in Enumerable.Range(1, stack.Kafka.Brokers))
        {
            stack.Kafka.SetRtt(broker, BeyondRequestTimeout);
        }

        await Task.Delay(TimeSpan.FromSeconds(1), stop);
        foreach (int broker in Enumerable.Range(1, stack.Kafka.Brokers))
        {
            stack.Kafka.SetBrokerDown(broker);
            report.Fired("broker down amid late answers");
        }

        await Task.Delay(TimeSpan.FromMilliseconds(200), stop);
        foreach (int broker in Enumerable.Range(1, stack.Kafka.Brokers))
        {
            stack.Kafka.SetRtt(broker, TimeSpan.Zero);
            stack.Kafka.SetBrokerUp(broker);
        }
    }

    private static async Task KillAsync(IReadOnlyList<ServiceProcess> workers, FaultPoint point, WindowReport report, CancellationToken stop)
    {
        // Partitions may lie with either: both are armed, and the other one is disarmed once one has died.
        await Task.WhenAll(workers.Select(worker => worker.KillAtAsync(point)));
        (await Local.Processes.Deadline.PollAsync(DeathDeadline, _ => Task.FromResult(workers.Any(worker => !worker.IsRunning)), stop)).ShouldBeTrue($"no worker was ever at {point}");
        foreach (ServiceProcess worker in workers)
        {
            if (worker.IsRunning && !await TryDisarmAsync(worker, point))
            {
                await worker.DiesAsync(DeathDeadline, stop);
            }

            if (!worker.IsRunning)
            {
                report.Fired($"kill -9 at {point}");
                await worker.StartAsync(stop);
            }
        }
    }

    private static async Task<bool> TryDisarmAsync(ServiceProcess worker, FaultPoint point)
    {
        try
        {
            await worker.DisarmAsync(point);
            return true;
        }
        catch (HttpRequestException)
        {
            return false; // It was there in the same moment.
        }
    }
}
