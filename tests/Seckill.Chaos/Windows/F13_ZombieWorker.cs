using Dapper;
using MySql.Data.MySqlClient;
using Seckill.Chaos.Audit;
using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;
using Seckill.Core.Diagnostics;
using Seckill.Core.Messaging;
using Seckill.Local.Processes;
using Seckill.Local.Stack;
using Shouldly;
using Xunit;

namespace Seckill.Chaos.Windows;

/// <summary>F13: a Worker that was thought dead wakes up and goes on with what is no longer its own.</summary>
[Trait(Run.Name, Run.Long)]
public sealed class F13_ZombieWorker : WindowTest
{
    // Longer than the sleep and the rejoining: the batch is still in hand when the Worker is a member again, which is when a commit of its would be believed.
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan BeyondTheSession = TimeSpan.FromSeconds(14);
    private static readonly TimeSpan ReachDeadline = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Goal: a batch that a zombie finishes moves no offset back and writes no row twice. Method: a Worker is held after it has told the buyers and before it stores offsets, is stopped with SIGSTOP for longer
    /// than its session, so that the other takes its partitions and goes on, and is woken. Committed offsets are sampled all the time.
    /// </summary>
    [Fact]
    public Task StoppedBeyondItsSessionAndWoken_NoOffsetMovesBackAndNoRowTwice() => ProveAsync(async (report, stop) =>
    {
        await using ChaosStack stack = await ChaosStack.StartAsync(new() { Workers = 2 }, stop);
        await using Crowd crowd = new(stack);
        ChaosSale sale = await crowd.CreateSaleAsync("zombie", 100_000, stop);
        using CancellationTokenSource closing = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task arriving = crowd.ArriveUntilAsync(sale, ratePerSecond: 60, closing.Token, stop);
        Task<int> watching = Task.Run(() => CountMovesBackAsync(stack.Kafka.BootstrapServers, closing.Token), stop);
        ServiceProcess zombie = stack.Workers[0];

        await zombie.DelayAtAsync(FaultPoint.AfterPushBeforeOffsets, Held);
        (await Deadline.PollAsync(ReachDeadline, async _ => await zombie.FiredAsync(FaultPoint.AfterPushBeforeOffsets) > 0, stop)).ShouldBeTrue("the Worker never had a batch in hand");
        long held = TimeProvider.System.GetTimestamp();
        zombie.Pause();
        await Task.Delay(BeyondTheSession, stop);
        zombie.Resume();
        report.Fired("Worker stopped beyond its session");
        // Until it has finished the batch and had time to say so.
        await Task.Delay(Held - TimeProvider.System.GetElapsedTime(held) + TimeSpan.FromSeconds(5), stop);

        await closing.CancelAsync();
        await arriving;
        int movesBack = await watching;
        AuditResult audit = await ChaosAudit.RunAsync(stack, crowd, sale, stop);
        long twice = await CountTwiceAsync(stack, sale);
        report.Figure("orders", audit.Orders.Count());
        report.Figure("rows twice", twice);
        report.Figure("offsets moved back", movesBack);
        audit.MustBeClean();
        twice.ShouldBe(0);
        movesBack.ShouldBe(0);
    });

    private static async Task<int> CountMovesBackAsync(string bootstrap, CancellationToken close)
    {
        using KafkaBench kafka = new(bootstrap, "seckill.order-intake");
        Dictionary<int, long> highest = [];
        int movesBack = 0;
        while (!close.IsCancellationRequested)
        {
            foreach ((int partition, long offset) in kafka.Committed(KafkaTopics.Reservations))
            {
                if (offset < highest.GetValueOrDefault(partition, -1))
                {
                    movesBack++;
                }

                highest[partition] = offset;
            }

            await Task.Delay(20, CancellationToken.None);
        }

        return movesBack;
    }

    private static async Task<long> CountTwiceAsync(ChaosStack stack, ChaosSale sale)
    {
        await using MySqlConnection database = new(stack.MySqlConnection);
        return await database.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM (SELECT user_id FROM orders WHERE sale_id = @sale GROUP BY user_id HAVING COUNT(*) > 1) AS doubled", new { sale = sale.Id });
    }
}
