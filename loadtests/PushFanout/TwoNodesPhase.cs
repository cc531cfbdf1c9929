using Seckill.LoadTests.Running;

namespace Seckill.LoadTests.PushFanout;

/// <summary>Messages to users on two nodes at rising rates: latency from when each was due, and the knee. Twice: through the mailboxes, and past them through the nodes' shared channel.</summary>
internal sealed class TwoNodesPhase : IPushPhase
{
    private const int Users = 500;
    private const int MaxUnderWay = 20_000;
    private const double KeptShare = 0.98;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(30);

    public string Name => "two-nodes";

    public async Task RunAsync(PushStand stand, PushSettings settings, Measurements into, CancellationToken stop)
    {
        await stand.FlushAsync();
        await using PushNode one = await stand.StartHubAsync(stop);
        await using PushNode other = await stand.StartHubAsync(stop);
        for (int round = 1; round <= settings.Rounds; round++)
        {
            await using FanoutCrowd crowd = await FanoutCrowd.OpenAsync(stand, [one, other], $"two{round}", settings.Crowd(Users), stop);
            foreach (string way in (string[])["mailbox", "backplane"])
            {
                Func<IReadOnlyList<(FanoutClient To, PushMark Mark)>, Task> send = way == "mailbox" ? batch => stand.AppendAsync(batch) : batch => stand.SendUsersAsync(one.Channels, batch);
                stand.Enter(Name, round, $"{way}, warming up");
                await StepAsync(crowd, send, new LoadSimulation.Inject(PushSettings.Rates[1], settings.WarmUp(round)), stop);
                List<LadderStep> ladder = [];
                foreach (int rate in PushSettings.Rates)
                {
                    stand.Enter(Name, round, $"{way}, {rate:N0} a second");
                    (LadderStep step, long sent) = await StepAsync(crowd, send, new LoadSimulation.Inject(rate, settings.Length), stop);
                    into.Audit(Name, sent, crowd.Tally);
                    into.Add($"{Name}.{way}.at{rate}.p50Ms", crowd.Tally.Latency.Percentile(50).TotalMilliseconds);
                    into.Add($"{Name}.{way}.at{rate}.p99Ms", step.P99Ms);
                    into.Add($"{Name}.{way}.at{rate}.keptUp", step.IsKeptUp ? 1 : 0);
                    ladder.Add(step);
                }

                into.Add($"{Name}.{way}.highestBeforeKnee", LadderStep.HighestBeforeKnee(ladder));
            }
        }
    }

    private static async Task<(LadderStep Step, long Sent)> StepAsync(
        FanoutCrowd crowd, Func<IReadOnlyList<(FanoutClient To, PushMark Mark)>, Task> send, LoadSimulation.Inject load, CancellationToken stop)
    {
        Tally tally = crowd.StartCount();
        long sent = 0;
        bool isWhole = await PacedSender.RunAsync(
            load,
            due => send([.. due.Select(at =>
            {
                FanoutClient to = crowd.Clients[(int)(sent++ % crowd.Clients.Count)];
                return (to, new PushMark(++to.Sent, at));
            })]),
            () => sent - tally.Received > MaxUnderWay,
            stop);
        bool isKeptUp = await tally.WaitAsync((long)Math.Ceiling(sent * KeptShare), Grace) && isWhole;
        await tally.WaitAsync(sent, DrainLimit);
        return (new LadderStep((int)load.Rate, tally.Latency.Percentile(99).TotalMilliseconds, isKeptUp), sent);
    }
}
