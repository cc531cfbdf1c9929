using System.Diagnostics;

namespace Seckill.LoadTests.PushFanout;

/// <summary>Messages of their own to many users: deliveries for each second of the server's CPU, against raw sockets and a stock hub told by the same Redis, with crowds of three sizes.</summary>
internal sealed class PerUserPhase : IPushPhase
{
    private const int Batch = 64;
    private const int MaxUnderWay = 8 * Batch;
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(30);

    private static readonly (string Name, int Users)[] Sizes = [("small", 200), ("middle", 1_000), ("large", 5_000)];

    public string Name => "per-user";

    public async Task RunAsync(PushStand stand, PushSettings settings, Measurements into, CancellationToken stop)
    {
        await stand.FlushAsync();
        await using PushNode ours = await stand.StartHubAsync(stop);
        await using PushNode stock = await stand.StartStockAsync(stop);
        await using PushNode raw = await stand.StartRawAsync(stop);
        for (int round = 1; round <= settings.Rounds; round++)
        {
            Dictionary<string, double> toRaw = [];
            foreach ((string size, int users) in Sizes)
            {
                Dictionary<string, double> runs = [];
                foreach (PushNode node in round % 2 == 1 ? (PushNode[])[ours, stock, raw] : [raw, stock, ours])
                {
                    runs[node.Name] = await MeasureAsync(stand, node, size, settings.Crowd(users), settings, round, into, stop);
                }

                toRaw[size] = Measurements.Ratio(runs["ours"], runs["raw"]);
                into.Add($"{Name}.{size}.toRaw", toRaw[size]);
                into.Add($"{Name}.{size}.toStock", Measurements.Ratio(runs["ours"], runs["stock"]));
            }

            into.Add($"{Name}.largeToSmall", Measurements.Ratio(toRaw["large"], toRaw["small"]));
        }
    }

    private async Task<double> MeasureAsync(
        PushStand stand, PushNode node, string size, int users, PushSettings settings, int round, Measurements into, CancellationToken stop)
    {
        stand.Enter(Name, round, $"{node.Name} with {users:N0} users");
        await using FanoutCrowd crowd = await FanoutCrowd.OpenAsync(stand, [node], $"own{round}{size}", users, stop);
        into.Audit(Name, await SendAsync(stand, node, crowd, settings.WarmUp(round), stop), crowd.Tally);
        Tally tally = crowd.StartCount();
        TimeSpan cpu = node.Usage.Cpu;
        long started = Stopwatch.GetTimestamp();
        long sent = await SendAsync(stand, node, crowd, settings.Length, stop);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double perCpuSecond = Measurements.Ratio(tally.Received, (node.Usage.Cpu - cpu).TotalSeconds);
        into.Audit(Name, sent, tally);
        into.Add($"{Name}.{size}.{node.Name}.perCpuSecond", perCpuSecond);
        into.Add($"{Name}.{size}.{node.Name}.perSecond", tally.Received / seconds);
        return perCpuSecond;
    }

    /// <returns>Messages sent; all have arrived, unless they had not within half a minute.</returns>
    private static async Task<long> SendAsync(PushStand stand, PushNode node, FanoutCrowd crowd, TimeSpan length, CancellationToken stop)
    {
        Tally tally = crowd.Tally;
        // Hardly ever two for one user: a server that sends several messages in one write would be measured for its luck.
        int underWay = Math.Clamp(crowd.Clients.Count / 2, Batch, MaxUnderWay);
        List<Task> sends = [];
        long started = Stopwatch.GetTimestamp(), sent = 0;
        while (Stopwatch.GetElapsedTime(started) < length)
        {
            stop.ThrowIfCancellationRequested();
            (FanoutClient To, PushMark Mark)[] batch = new (FanoutClient, PushMark)[Batch];
            for (int i = 0; i < Batch; i++)
            {
                FanoutClient to = crowd.Clients[(int)(sent++ % crowd.Clients.Count)];
                batch[i] = (to, new PushMark(++to.Sent, Stopwatch.GetTimestamp()));
            }

            sends.Add(node.Dialect is PushDialect.Mailbox ? stand.AppendAsync(batch) : stand.SendUsersAsync(node.Channels, batch));
            if (!await tally.WaitAsync(sent - underWay + Batch, DrainLimit))
            {
                break;
            }
        }

        await Task.WhenAll(sends);
        await tally.WaitAsync(sent, DrainLimit);
        return sent;
    }
}
