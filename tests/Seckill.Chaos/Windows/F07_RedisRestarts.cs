using Dapper;
using MySql.Data.MySqlClient;
using Seckill.Chaos.Audit;
using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;
using Seckill.Core.Diagnostics;
using Seckill.Local.Faults;
using Shouldly;
using Xunit;

namespace Seckill.Chaos.Windows;

/// <summary>F7: Redis restarts, with its data or empty, or has no memory left.</summary>
[Trait(Run.Name, Run.Long)]
public sealed class F07_RedisRestarts : WindowTest
{
    private const double PerSecond = 100;

    private static readonly TimeSpan DeathDeadline = TimeSpan.FromSeconds(60);

    /// <summary>Goal: with <c>appendfsync always</c> a killed Redis forgets nobody. Method: kill -9 and restart amid a steady crowd, again and again, each time once the sale sells again.</summary>
    [Fact]
    public Task KilledAgainAndAgain_NobodyIsForgotten() => ProveAsync(async (report, stop) =>
    {
        int kills = Scale.Of(usual: 5, full: 50);
        await using ChaosStack stack = await ChaosStack.StartAsync(new(), stop);
        await using Crowd crowd = new(stack);
        ChaosSale sale = await crowd.CreateSaleAsync("kettle", 200_000, stop);
        using CancellationTokenSource closing = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task arriving = crowd.ArriveUntilAsync(sale, PerSecond, closing.Token, stop);
        List<double> seconds = [];
        for (int kill = 1; kill <= kills; kill++)
        {
            int won = crowd.Log.Won;
            while (crowd.Log.Won < won + 20)
            {
                await Task.Delay(20, stop);
            }

            await stack.Redis.KillAsync();
            report.Fired("kill -9 of Redis");
            await stack.Redis.StartAsync(stop);
            long epoch = kill;
            TimeSpan took = await BucketProbe.UntilAsync(stack, sale, TimeProvider.System.GetTimestamp(), probe => probe.Fence is null && probe.Epoch > epoch, stop);
            seconds.Add(took.TotalSeconds);
        }

        await closing.CancelAsync();
        await arriving;
        AuditResult audit = await ChaosAudit.RunAsync(stack, crowd, sale, stop);
        report.Figure("grabs won", crowd.Log.Won);
        report.Figure("lost", audit.Count(Invariant.NothingLost));
        report.Figure("seconds to sell again, median", seconds.Order().ElementAt(seconds.Count / 2).ToString("F2"));
        audit.MustBeClean();
    });

    /// <summary>
    /// Goal: connections that die without a word, as when a machine or a switch loses its power, stop nobody for longer than it takes to notice. Method: under a steady crowd every open connection to
    /// Redis, then every one to MySQL, passes nothing on any more, while new ones would be served; nothing is restarted.
    /// </summary>
    [Fact]
    public Task ConnectionsFallSilent_EngineGoesOnOverNewOnes() => ProveAsync(async (report, stop) =>
    {
        await using ChaosStack stack = await ChaosStack.StartAsync(new(), stop);
        await using Crowd crowd = new(stack);
        ChaosSale sale = await crowd.CreateSaleAsync("torch", 200_000, stop);
        using CancellationTokenSource closing = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task arriving = crowd.ArriveUntilAsync(sale, PerSecond, closing.Token, stop);
        await WaitForAsync(() => crowd.Log.Won >= 100, stop);

        foreach ((string name, TcpProxy proxy) in (IEnumerable<(string, TcpProxy)>)[("Redis", stack.RedisProxy), ("MySQL", stack.MySqlProxy)])
        {
            int connections = proxy.FallSilent();
            DateTime fellAt = TimeProvider.System.GetUtcNow().UtcDateTime;
            report.Fired($"connections to {name} fell silent", connections);
            DateTime orderAt = await OrderSinceAsync(stack, sale, fellAt, stop);
            report.Figure($"seconds to an order after {name}", (orderAt - fellAt).TotalSeconds.ToString("F1"));
        }

        await closing.CancelAsync();
        await arriving;
        AuditResult audit = await ChaosAudit.RunAsync(stack, crowd, sale, stop);
        report.Figure("lost", audit.Count(Invariant.NothingLost));
        audit.MustBeClean();
    });

    /// <summary>
    /// Goal: an empty Redis sells nothing before it is rebuilt, then exactly the rest, also when the Worker that rebuilds it is killed at every step. Method: the data directory is emptied once for
    /// each step of the recovery, at which the only Worker gets kill -9 and is started again.
    /// </summary>
    [Fact]
    public Task ComesBackEmpty_SellsExactlyTheRest_AlsoWhenTheRecoveryIsKilledAtEachStep() => ProveAsync(async (report, stop) =>
    {
        FaultPoint[] steps =
        [
            FaultPoint.AfterFenceBeforeDrain, FaultPoint.AfterDrainBeforeEpoch, FaultPoint.AfterEpochBeforeLoad, FaultPoint.AfterLoadBeforeSwap, FaultPoint.AfterSwapBeforeOpen,
        ];
        const int PerRound = 60;
        int units = (steps.Length + 1) * PerRound;
        await using ChaosStack stack = await ChaosStack.StartAsync(new(), stop);
        await using Crowd crowd = new(stack);
        ChaosSale sale = await crowd.CreateSaleAsync("lamp", units, stop);
        await crowd.ArriveAsync(sale, PerRound, PerSecond, stop);
        DateTime emptiedAt = default;
        foreach ((int round, FaultPoint step) in steps.Index())
        {
            // Promises that are under way would be lost with the only Redis there is: that window has a test of its own.
            await BucketProbe.UntilDrainedAsync(stack, sale, stop);
            await stack.Workers[0].KillAtAsync(step);
            await stack.Redis.KillAsync();
            Directory.Delete(Path.Combine(stack.Redis.Directory, "appendonlydir"), recursive: true);
            emptiedAt = TimeProvider.System.GetUtcNow().UtcDateTime;
            await stack.Redis.StartAsync(stop);
            report.Fired("Redis emptied");
            Task<GrabAnswer[]> asking = crowd.ArriveAsync(sale, PerRound, PerSecond, stop);
            (await stack.Workers[0].DiesAsync(DeathDeadline, stop)).ShouldBeTrue($"the Worker was never at {step}");
            report.Fired($"kill -9 at {step}");
            await stack.Workers[0].StartAsync(stop);
            await BucketProbe.UntilAsync(stack, sale, TimeProvider.System.GetTimestamp(), probe => probe.Fence is null && probe.Epoch == round + 2, stop);
            (await asking).ShouldAllBe(answer => answer.Won);
        }

        GrabAnswer[] late = await crowd.ArriveAsync(sale, PerRound, PerSecond, stop);
        AuditResult audit = await ChaosAudit.RunAsync(stack, crowd, [sale], stop, mailboxesSince: emptiedAt);
        audit.MustBeClean();
        late.ShouldAllBe(answer => answer.SoldOut);
        audit.Orders.Count(order => order.IsActive).ShouldBe(units);
        audit.Orders.ShouldAllBe(order => order.IsActive, "a grab was accepted that had no unit");
    });

    /// <summary>Goal: a Redis without memory refuses by name and forgets nothing. Method: its bound is set below what it holds, amid a steady crowd, and lifted again.</summary>
    [Fact]
    public Task NoMemoryLeft_RefusedByName_NothingIsLost() => ProveAsync(async (report, stop) =>
    {
        await using ChaosStack stack = await ChaosStack.StartAsync(new(), stop);
        await using Crowd crowd = new(stack);
        ChaosSale sale = await crowd.CreateSaleAsync("mug", 200_000, stop);
        using CancellationTokenSource closing = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task arriving = crowd.ArriveUntilAsync(sale, PerSecond, closing.Token, stop);
        await WaitForAsync(() => crowd.Log.Won >= 100, stop);

        await stack.Redis.SendAsync("CONFIG", "SET", "maxmemory", "1mb");
        int Refused() => crowd.Log.Answers.Count(answer => answer.Problem == "stock-unavailable");
        await WaitForAsync(() => Refused() >= 50, stop);
        int wonWithout = crowd.Log.Won;
        await stack.Redis.SendAsync("CONFIG", "SET", "maxmemory", "0");
        report.Fired("grabs refused for want of memory", Refused());
        await WaitForAsync(() => crowd.Log.Won >= wonWithout + 100, stop);
        await closing.CancelAsync();
        await arriving;

        AuditResult audit = await ChaosAudit.RunAsync(stack, crowd, sale, stop);
        audit.MustBeClean();
        crowd.Log.Answers.Select(answer => answer.Problem).Where(problem => problem is not null).Distinct().ShouldBeSubsetOf(["stock-unavailable", "outcome-unknown", "overloaded", "throttled"]);
    });

    private static async Task WaitForAsync(Func<bool> condition, CancellationToken stop)
    {
        while (!condition())
        {
            await Task.Delay(20, stop);
        }
    }

    /// <summary>Waits for an order whose unit was reserved after <paramref name="since"/>.</summary>
    /// <returns>When it was seen.</returns>
    private static async Task<DateTime> OrderSinceAsync(ChaosStack stack, ChaosSale sale, DateTime since, CancellationToken stop)
    {
        await using MySqlConnection connection = new(stack.MySqlConnection);
        await connection.OpenAsync(stop);
        while (await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM orders WHERE sale_id = @Id AND reserved_at > @since", new { sale.Id, since }) == 0)
        {
            await Task.Delay(20, stop);
        }

        return TimeProvider.System.GetUtcNow().UtcDateTime;
    }
}
