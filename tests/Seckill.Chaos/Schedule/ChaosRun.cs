using Seckill.Chaos.Audit;
using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;

namespace Seckill.Chaos.Schedule;

/// <summary>One run: a crowd that buys without pause, the faults of a plan meanwhile, and an audit once all is quiet.</summary>
internal sealed class ChaosRun(FaultPlan plan, double arrivalsPerSecond, Action<string> say)
{
    private const int Listeners = 60;

    /// <summary>What no gauge may pass in any process: the outbox's default bound; grabs that wait before one bucket, for the two buckets of a run.</summary>
    private static readonly Dictionary<string, double> Bounds = new()
    {
        ["seckill_grab_waiting"] = 2 * 20_000,
        ["seckill_outbox_length"] = 2 * 10_000,
    };

    /// <summary>Nobody pays here. Orders that lapse while the auditor reads would keep the books from ever coming to rest, so none may do so before it is done.</summary>
    private static readonly Dictionary<string, string> BooksAtRest = new() { ["Seckill__Payments__Window"] = "00:30:00" };

    /// <summary>Longest run: in the minutes that are left of the orders' window the audit must be done.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(25);

    /// <summary>Runs it to its end.</summary>
    public async Task<ChaosRunResult> RunAsync(CancellationToken stop)
    {
        await using ChaosStack stack = await ChaosStack.StartAsync(new() { Apis = 2, Workers = 2, Hubs = 2, Seed = plan.Seed, Environment = BooksAtRest }, stop);
        await using Crowd crowd = new(stack, plan.Seed);
        // One sale that cannot sell out, so that recovery can always be seen; one that does, so that the last unit is fought for under faults.
        ChaosSale plenty = await crowd.CreateSaleAsync("plenty", 1_000_000, stop);
        ChaosSale scarce = await crowd.CreateSaleAsync("scarce", (int)(plan.Length.TotalSeconds * arrivalsPerSecond / 4), stop);
        string[] listeners = crowd.NewUsers(Listeners, "listener");
        await crowd.ListenAsync(listeners, stop);
        await using BoundSampler sampler = new(stack, Bounds);
        using CancellationTokenSource closing = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task[] buying =
        [
            crowd.ArriveUntilAsync(plenty, arrivalsPerSecond / 2, closing.Token, stop),
            crowd.ArriveUntilAsync(scarce, arrivalsPerSecond / 2, closing.Token, stop),
            crowd.ArriveAsync(plenty, listeners, Listeners / plan.Length.TotalSeconds, stop),
        ];

        PromiseCopies copies = new(stack, [plenty, scarce]);
        DateTime? mailboxesSince = null;
        List<StruckFault> struck = [];
        long started = TimeProvider.System.GetTimestamp();
        foreach ((int i, FaultStep step) in plan.Steps.Index())
        {
            TimeSpan early = step.At - TimeProvider.System.GetElapsedTime(started);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, stop);
            }

            await (step.Kind.Loss switch
            {
                Loss.RedisForgets => copies.BeforeRedisForgetsAsync(stop),
                Loss.ApiDies => copies.BeforeApiDiesAsync(stop),
                _ => Task.CompletedTask,
            });
            struck.Add(new StruckFault(step.Kind.Name, TimeProvider.System.GetUtcNow().UtcDateTime));
            say($"{TimeProvider.System.GetElapsedTime(started):mm\\:ss} fault {i + 1}/{plan.Steps.Count}: {step.Kind.Name}; {crowd.Log.Answers.Count} answers");
            await step.Kind.Strike(new FaultContext(stack, new Random(step.Seed), stop)
            {
                RedisLostItsMailboxes = () => mailboxesSince = TimeProvider.System.GetUtcNow().UtcDateTime,
            });
        }

        if (plan.Length - TimeProvider.System.GetElapsedTime(started) is { Ticks: > 0 } rest)
        {
            await Task.Delay(rest, stop);
        }

        await closing.CancelAsync();
        await Task.WhenAll(buying);
        say($"{TimeProvider.System.GetElapsedTime(started):mm\\:ss} quiet; auditing {crowd.Log.Answers.Count} answers");
        AuditResult audit = await ChaosAudit.RunAsync(stack, crowd, [plenty, scarce], stop, await sampler.StopAsync(), mailboxesSince);
        return new ChaosRunResult(plan, struck, crowd.Log, audit);
    }
}
