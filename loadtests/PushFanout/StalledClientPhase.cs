using System.Globalization;
using Seckill.LoadTests.Running;

namespace Seckill.LoadTests.PushFanout;

/// <summary>One client that never reads what it is sent, among others: is it cut at the bound, and does anybody else notice? Each round sends the same twice, with that client there and away.</summary>
/// <remarks>What it is sent goes past the mailboxes: a mailbox keeps 256 KiB of it and would spare the connection the rest.</remarks>
internal sealed class StalledClientPhase : IPushPhase
{
    private const int Others = 200;
    private const int Rate = 1_000;
    private const int LargePayload = 7 * 1024;

    // Some 67 MB: over the bound of 1 MiB and whatever the kernel takes for a socket that is not read (some 4 MiB on the server's side), and enough to show in the memory of a node that would keep it all.
    private const int LargeMessages = 9_600;
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private static readonly TimeSpan SamplePeriod = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(30);

    // Well before a server gives up on a client that sends no pings.
    private static readonly TimeSpan CutLimit = TimeSpan.FromSeconds(10);

    public string Name => "stalled";

    public async Task RunAsync(PushStand stand, PushSettings settings, Measurements into, CancellationToken stop)
    {
        for (int round = 1; round <= settings.Rounds; round++)
        {
            Dictionary<bool, Outcome> runs = [];
            foreach (bool isThere in round % 2 == 1 ? (bool[])[false, true] : [true, false])
            {
                // A process of its own for each side: what one has once taken it seldom gives back.
                await stand.FlushAsync();
                await using PushNode node = await stand.StartHubAsync(stop);
                await using FanoutCrowd crowd = await FanoutCrowd.OpenAsync(stand, [node], $"quick{round}{isThere}", settings.Crowd(Others), stop);
                stand.Enter(Name, round, "warming up");
                await MeasureAsync(stand, node, crowd, $"warm{round}{isThere}", isThere: false, settings.WarmUp(1), stop);
                stand.Enter(Name, round, isThere ? "a client that never reads" : "without it");
                runs[isThere] = await MeasureAsync(stand, node, crowd, $"slow{round}{isThere}", isThere, settings.Length, stop);
                into.Audit(Name, runs[isThere].Sent, crowd.Tally);
                into.Add($"{Name}.{(isThere ? "with" : "without")}.p99Ms", runs[isThere].P99Ms);
                into.Add($"{Name}.{(isThere ? "with" : "without")}.peakRssMiB", runs[isThere].PeakRssBytes / 1024.0 / 1024.0);
            }

            into.Add($"{Name}.p99Ratio", Measurements.Cost(runs[true].P99Ms, runs[false].P99Ms));
            into.Add($"{Name}.peakRssRatio", Measurements.Cost(runs[true].PeakRssBytes, runs[false].PeakRssBytes));
            into.Count($"{Name}.notCut", runs[true].IsCut ? 0 : 1);
        }
    }

    private static async Task<Outcome> MeasureAsync(PushStand stand, PushNode node, FanoutCrowd crowd, string user, bool isThere, TimeSpan length, CancellationToken stop)
    {
        Tally tally = crowd.StartCount();
        // In a crowd of his own: what he misses, and that he is cut, is not the others' account.
        await using FanoutCrowd own = FanoutCrowd.Of(stand, node, user);
        FanoutClient slow = own.Clients[0];
        if (isThere)
        {
            await slow.ConnectAsync(node, reads: false);
        }

        long cutBefore = await SlowConsumersAsync(node, stop);
        using CancellationTokenSource sampling = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<long> peak = PeakRssAsync(node, sampling.Token);
        long sent = 0;
        Task<bool> toSlow = PacedSender.RunAsync(
            new LoadSimulation.Inject(LargeMessages / length.TotalSeconds, length),
            due => stand.SendUsersAsync(node.Channels, [.. due.Select(at => (slow, new PushMark(++slow.Sent, at)))], LargePayload), () => false, stop);
        await PacedSender.RunAsync(
            new LoadSimulation.Inject(Rate, length),
            due => stand.AppendAsync([.. due.Select(at =>
            {
                FanoutClient to = crowd.Clients[(int)(sent++ % crowd.Clients.Count)];
                return (to, new PushMark(++to.Sent, at));
            })]),
            () => false,
            stop);
        await toSlow;
        await tally.WaitAsync(sent, DrainLimit);
        await sampling.CancelAsync();
        bool isCut = isThere && await slow.IsCutAsync(CutLimit) && await SlowConsumersAsync(node, stop) == cutBefore + 1;
        return new Outcome(sent, tally.Latency.Percentile(99).TotalMilliseconds, await peak, isCut);
    }

    private static async Task<long> PeakRssAsync(PushNode node, CancellationToken stop)
    {
        long peak = 0;
        while (!stop.IsCancellationRequested)
        {
            peak = Math.Max(peak, node.Usage.RssBytes);
            await Task.Delay(SamplePeriod, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return peak;
    }

    /// <summary>Connections that the node has closed over their bound, as it says itself.</summary>
    private static async Task<long> SlowConsumersAsync(PushNode node, CancellationToken stop)
    {
        string text = await Http.GetStringAsync(new Uri(node.Process.Url, "/metrics"), stop);
        string? line = text.Split('\n').FirstOrDefault(line => line.StartsWith("seckill_push_slow_consumers", StringComparison.Ordinal));
        return line is null ? 0 : (long)double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    private sealed record Outcome(long Sent, double P99Ms, long PeakRssBytes, bool IsCut);
}
