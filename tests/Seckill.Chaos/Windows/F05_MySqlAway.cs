using Seckill.Chaos.Audit;
using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;
using Shouldly;
using Xunit;

namespace Seckill.Chaos.Windows;

/// <summary>F5: MySQL is away, or hangs, or commits without saying so.</summary>
public sealed class F05_MySqlAway(SharedStack shared) : WindowTest
{
    private const string PartitionsMoved = "Order intake: partitions";

    /// <summary>
    /// Goal: while MySQL is away grabs go on, and not one message is taken for a bad one. Method: under a steady crowd mariadbd is killed with signal 9 and stays away, is stopped for a while, and
    /// loses the answers to COMMIT on the wire; then everything is audited, dead letters are counted, and so are the times that the consumer group had to share out its partitions anew.
    /// </summary>
    [Fact]
    public Task KilledStoppedAndMuteAtCommit_GrabsGoOnAndNothingIsGivenUp() => ProveAsync(async (report, stop) =>
    {
        TimeSpan away = TimeSpan.FromSeconds(Scale.Of(usual: 6, full: 30));
        double arrivalsPerSecond = Scale.Of(usual: 80, full: 1_000);
        ChaosStack stack = await shared.StackAsync(stop);
        await using Crowd crowd = new(stack);
        ChaosSale sale = await crowd.CreateSaleAsync("away", 100_000, stop);
        using CancellationTokenSource closing = CancellationTokenSource.CreateLinkedTokenSource(stop);
        int movesBefore = Moves(stack);
        Task arriving = crowd.ArriveUntilAsync(sale, arrivalsPerSecond, closing.Token, stop);
        await Task.Delay(away / 2, stop);

        DateTime killedAt = Now();
        await stack.MariaDb.KillAsync();
        report.Fired("kill -9 mariadbd");
        await Task.Delay(away, stop);
        DateTime startedAt = Now();
        await stack.MariaDb.StartAsync(stop);
        DateTime backAt = Now();
        await Task.Delay(away / 2, stop); // in which it writes what has waited

        stack.MariaDb.Pause();
        report.Fired("SIGSTOP mariadbd");
        await Task.Delay(away, stop);
        stack.MariaDb.Resume();

        stack.MySqlProxy.LoseReplies(0.3, to: "COMMIT");
        long lostBefore = stack.MySqlProxy.RepliesLost;
        await Task.Delay(away, stop);
        stack.MySqlProxy.LoseReplies(0);
        report.Fired("COMMIT without an answer", stack.MySqlProxy.RepliesLost - lostBefore);
        await closing.CancelAsync();
        await arriving;
        AuditResult audit = await ChaosAudit.RunAsync(stack, crowd, sale, stop);

        report.Figure("won/s before", Rate(crowd, killedAt - (away / 2), killedAt));
        report.Figure("won/s while away", Rate(crowd, killedAt, startedAt));
        report.Figure("drain orders/s", DrainRate(audit, backAt));
        report.Figure("dead letters", audit.Evidence.DeadLetters.Count);
        report.Figure("partitions moved", Moves(stack) - movesBefore);
        audit.MustBeClean();
        crowd.Log.Answers.Count(answer => answer.Won && answer.SentAt > killedAt && answer.SentAt < startedAt).ShouldBeGreaterThan(0, "grabs stopped with MySQL");
        (stack.MySqlProxy.RepliesLost - lostBefore).ShouldBeGreaterThan(0, "no COMMIT lost its answer");
    });

    private static DateTime Now() => TimeProvider.System.GetUtcNow().UtcDateTime;

    private static double Rate(Crowd crowd, DateTime from, DateTime to) =>
        Math.Round(crowd.Log.Answers.Count(answer => answer.Won && answer.SentAt >= from && answer.SentAt < to) / (to - from).TotalSeconds, 1);

    // What was reserved while MySQL was away, over the time until the last of it was written.
    private static double DrainRate(AuditResult audit, DateTime backAt)
    {
        OrderRow[] late = [.. audit.Orders.Where(order => order.ReservedAt < backAt && order.CreatedAt >= backAt)];
        return late.Length == 0 ? 0 : Math.Round(late.Length / Math.Max(0.001, (late.Max(order => order.CreatedAt) - backAt).TotalSeconds), 1);
    }

    private static int Moves(ChaosStack stack) => stack.Workers.Sum(worker => File.ReadLines(worker.LogFile).Count(line => line.Contains(PartitionsMoved, StringComparison.Ordinal)));
}
