using System.Globalization;
using Seckill.Chaos.Audit;
using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Chaos.Windows;

/// <summary>F15: Redis answers, but not what was asked: NOSCRIPT, READONLY, BUSY, LOADING.</summary>
public sealed class F15_RedisRefuses(SharedStack shared) : WindowTest
{
    private const double ArrivalsPerSecond = 60;
    private const int NobodysPort = 1;

    private static readonly TimeSpan Spell = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan GrabDeadline = TimeSpan.FromSeconds(45);

    /// <summary>
    /// Goal: a refusing Redis makes grabs wait or fail by name, never gives a wrong answer, and needs no restart of ours afterwards. Method: under a steady crowd the script cache is flushed, the server turns
    /// into a replica, runs a script without end, and loads its data anew. There are units for everybody, so any answer but "reserved", "you have one" and a named 503 is wrong; after each spell a new user must get a unit.
    /// </summary>
    [Fact]
    public Task FlushedReadOnlyBusyAndLoading_NoWrongAnswerAndGrabsGoOn() => ProveAsync(async (report, stop) =>
    {
        ChaosStack stack = await shared.StackAsync(stop);
        await using Crowd crowd = new(stack) { Patience = GrabDeadline };
        ChaosSale sale = await crowd.CreateSaleAsync("refused", 50_000, stop);
        using CancellationTokenSource closing = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task arriving = crowd.ArriveUntilAsync(sale, ArrivalsPerSecond, closing.Token, stop);
        try
        {
            RedisServer redis = stack.Redis;
            for (int i = 0; i < Scale.Of(usual: 5, full: 50); i++)
            {
                await redis.SendAsync("SCRIPT", "FLUSH", "SYNC");
                report.Fired("SCRIPT FLUSH");
                await SellsAsync(crowd, sale, "SCRIPT FLUSH", stop);
            }

            await redis.SendAsync("REPLICAOF", "127.0.0.1", $"{NobodysPort}");
            report.Fired("READONLY");
            await Task.Delay(Spell, stop);
            await redis.PromoteAsync();
            await SellsAsync(crowd, sale, "READONLY", stop);

            await redis.SendAsync("CONFIG", "SET", "busy-reply-threshold", "200");
            Task<string> endless = redis.SendAsync("EVAL", "while true do end", "0");
            report.Fired("BUSY");
            await Task.Delay(Spell, stop);
            await redis.SendAsync("SCRIPT", "KILL");
            await Should.ThrowAsync<ServerFailedException>(() => endless);
            await SellsAsync(crowd, sale, "BUSY", stop);

            await LoadSlowlyAsync(redis, stop);
            report.Fired("LOADING");
            await SellsAsync(crowd, sale, "LOADING", stop);
        }
        finally
        {
            await closing.CancelAsync();
            await arriving;
        }

        AuditResult audit = await ChaosAudit.RunAsync(stack, crowd, sale, stop);
        // No answer at all, from a machine that is too busy, is not a wrong one: the user asks again.
        GrabAnswer[] wrong = [.. crowd.Log.Answers.Where(answer => !(answer.Won || answer.Problem == "already-grabbed" || answer.Status is null or 503))];
        report.Figure("answers", crowd.Log.Answers.Count);
        report.Figure("refused by name", crowd.Log.Answers.Count(answer => answer.Status is 503));
        report.Figure("wrong answers", wrong.Length);
        audit.MustBeClean();
        wrong.ShouldBeEmpty();
    });

    // As after a restart on a large data set: keys come in one by one, and whoever asks meanwhile is told LOADING.
    private static async Task LoadSlowlyAsync(RedisServer redis, CancellationToken stop)
    {
        // One entry for each key instead of one for each command that ever ran, so that the time can be reckoned.
        await redis.SendAsync("BGREWRITEAOF");
        (await Local.Processes.Deadline.PollAsync(
            TimeSpan.FromMinutes(1),
            async _ => await redis.SendAsync("INFO", "persistence") is var info && info.Contains("aof_rewrite_in_progress:0", StringComparison.Ordinal)
                && info.Contains("aof_rewrite_scheduled:0", StringComparison.Ordinal),
            stop)).ShouldBeTrue("the append-only file was not rewritten");
        long keys = long.Parse(await redis.SendAsync("DBSIZE"), CultureInfo.InvariantCulture);
        await redis.SendAsync("CONFIG", "SET", "loading-process-events-interval-bytes", "1024");
        await redis.SendAsync("CONFIG", "SET", "key-load-delay", $"{Math.Max(1, (long)Spell.TotalMicroseconds / keys)}");
        await redis.SendAsync("DEBUG", "LOADAOF");
        await redis.SendAsync("CONFIG", "SET", "key-load-delay", "0");
    }

    private static async Task SellsAsync(Crowd crowd, ChaosSale sale, string fault, CancellationToken stop)
    {
        string user = crowd.NewUsers(1, "probe")[0];
        GrabAnswer answer = await crowd.BuyAsync(sale, user, stop);
        answer.HasOrder.ShouldBeTrue($"no grab got through within {GrabDeadline.TotalSeconds} s after {fault}: {answer}");
    }
}
