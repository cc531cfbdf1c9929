using System.Globalization;
using Confluent.Kafka;
using Seckill.Chaos.Audit;
using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;
using Seckill.Local.Processes;
using Seckill.Local.Servers;
using Seckill.Local.Stack;
using Shouldly;
using Xunit;

namespace Seckill.Chaos.Windows;

/// <summary>F12: the producer fails for good, or brokers refuse for long.</summary>
[Trait(Run.Name, Run.Long)]
public sealed class F12_ProducerFails : WindowTest
{
    private const int LongRun = 24;

    private static readonly TimeSpan FiredDeadline = TimeSpan.FromSeconds(60);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>
    /// Goal: no winner is lost between the outbox and Kafka, whatever the brokers answer. Method: under a steady crowd, Produce requests are refused (too few replicas), cut, and answered with the error
    /// that ends an idempotent producer for good; long runs of each. The Worker's own counter says how often it built a new producer.
    /// </summary>
    [Fact]
    public Task RefusedCutAndFatal_NothingIsLost() => ProveAsync(async (report, stop) =>
    {
        await using ChaosStack stack = await ChaosStack.StartAsync(new(), stop);
        await using Crowd crowd = new(stack);
        ChaosSale sale = await crowd.CreateSaleAsync("refused", 100_000, stop);
        using CancellationTokenSource closing = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task arriving = crowd.ArriveUntilAsync(sale, ratePerSecond: 80, closing.Token, stop);

        await FailAsync(stack, ErrorCode.NotEnoughReplicas, LongRun, report, stop);
        await FailAsync(stack, KafkaMockCluster.Disconnect, LongRun / 4, report, stop);
        await FailAsync(stack, ErrorCode.OutOfOrderSequenceNumber, 6, report, stop);
        (await Deadline.PollAsync(FiredDeadline, async _ => await RebuildsAsync(stack.Workers[0]) > 0, stop)).ShouldBeTrue("no producer failed for good, or none was replaced");
        report.Fired("producer replaced", await RebuildsAsync(stack.Workers[0]));

        await closing.CancelAsync();
        await arriving;
        AuditResult audit = await ChaosAudit.RunAsync(stack, crowd, sale, stop);
        report.Figure("orders", audit.Orders.Count());
        report.Figure("lost", audit.Count(Invariant.NothingLost));
        report.Figure("until quiet, s", Math.Round(audit.UntilQuiet.TotalSeconds, 1));
        audit.MustBeClean();
    });

    private static async Task FailAsync(ChaosStack stack, ErrorCode error, int perBroker, WindowReport report, CancellationToken stop)
    {
        foreach (int broker in Enumerable.Range(1, stack.Kafka.Brokers))
        {
            for (int i = 0; i < perBroker; i++)
            {
                stack.Kafka.PushRequestError(broker, KafkaApi.Produce, error, TimeSpan.Zero);
            }
        }

        int left = perBroker * stack.Kafka.Brokers;
        await Deadline.PollAsync(
            FiredDeadline, _ => Task.FromResult((left = Enumerable.Range(1, stack.Kafka.Brokers).Sum(broker => stack.Kafka.RequestErrorsLeft(broker, KafkaApi.Produce))) == 0), stop);
        stack.Kafka.ClearRequestErrors(KafkaApi.Produce);
        report.Fired($"Produce answered with {error}", (perBroker * stack.Kafka.Brokers) - left);
    }

    private static async Task<long> RebuildsAsync(ServiceProcess worker)
    {
        string metrics = await Http.GetStringAsync(new Uri(worker.Url, "/metrics"));
        return metrics.Split('\n')
            .Where(line => line.StartsWith("seckill_messaging_producer_rebuilds", StringComparison.Ordinal))
            .Sum(line => (long)double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
    }
}
