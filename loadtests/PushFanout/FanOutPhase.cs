using System.Diagnostics;

namespace Seckill.LoadTests.PushFanout;

/// <summary>One message to everybody: deliveries a second, and CPU for each, against <c>Clients.All</c> of a stock hub and a loop over raw sockets.</summary>
internal sealed class FanOutPhase : IPushPhase
{
    // So that a server never waits for the generator; and no more, lest queues grow to their bounds.
    private const int MessagesUnderWay = 4;
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(60);

    public string Name => "fan-out";

    public async Task RunAsync(PushStand stand, PushSettings settings, Measurements into, CancellationToken stop)
    {
        await stand.FlushAsync();
        await using PushNode ours = await stand.StartHubAsync(stop);
        await using PushNode stock = await stand.StartStockAsync(stop);
        await using PushNode raw = await stand.StartRawAsync(stop);
        for (int round = 1; round <= settings.Rounds; round++)
        {
            // In turns, and only one of them has clients at a time: neither a drift of the machine nor the others' pings count for one alone.
            Dictionary<string, (double PerSecond, double PerCpuSecond)> runs = [];
            foreach (PushNode node in round % 2 == 1 ? (PushNode[])[ours, stock, raw] : [raw, stock, ours])
            {
                runs[node.Name] = await MeasureAsync(stand, node, settings, round, into, stop);
            }

            into.Add($"{Name}.toStock", Measurements.Ratio(runs["ours"].PerSecond, runs["stock"].PerSecond));
            into.Add($"{Name}.toRaw", Measurements.Ratio(runs["ours"].PerSecond, runs["raw"].PerSecond));
            into.Add($"{Name}.perCpuToStock", Measurements.Ratio(runs["ours"].PerCpuSecond, runs["stock"].PerCpuSecond));
            into.Add($"{Name}.perCpuToRaw", Measurements.Ratio(runs["ours"].PerCpuSecond, runs["raw"].PerCpuSecond));
        }
    }

    private async Task<(double PerSecond, double PerCpuSecond)> MeasureAsync(
        PushStand stand, PushNode node, PushSettings settings, int round, Measurements into, CancellationToken stop)
    {
        stand.Enter(Name, round, $"{node.Name}, connecting");
        await using FanoutCrowd crowd = await FanoutCrowd.OpenAsync(stand, [node], $"all{round}", settings.Connections, stop);
        stand.Enter(Name, round, node.Name);
        into.Audit(Name, await SendAsync(stand, node, crowd, first: 1, settings.WarmUp(round), stop) * crowd.Clients.Count, crowd.Tally);
        long first = crowd.Clients[0].Sent + 1;
        Tally tally = crowd.StartCount();
        TimeSpan cpu = node.Usage.Cpu;
        long started = Stopwatch.GetTimestamp();
        long messages = await SendAsync(stand, node, crowd, first, settings.Length, stop);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        cpu = node.Usage.Cpu - cpu;
        into.Audit(Name, messages * crowd.Clients.Count, tally);
        double perSecond = tally.Received / seconds, perCpuSecond = Measurements.Ratio(tally.Received, cpu.TotalSeconds);
        into.Add($"{Name}.{node.Name}.perSecond", perSecond);
        into.Add($"{Name}.{node.Name}.perCpuSecond", perCpuSecond);
        into.Add($"{Name}.{node.Name}.p50Ms", tally.Latency.Percentile(50).TotalMilliseconds);
        into.Add($"{Name}.{node.Name}.p99Ms", tally.Latency.Percentile(99).TotalMilliseconds);
        return (perSecond, perCpuSecond);
    }

    /// <returns>Messages sent; all have arrived, unless they had not within a minute.</returns>
    private static async Task<long> SendAsync(PushStand stand, PushNode node, FanoutCrowd crowd, long first, TimeSpan length, CancellationToken stop)
    {
        Tally tally = crowd.Tally;
        long started = Stopwatch.GetTimestamp(), sent = 0;
        while (Stopwatch.GetElapsedTime(started) < length)
        {
            stop.ThrowIfCancellationRequested();
            await stand.SendAllAsync(node.Channels, new PushMark(first + sent, Stopwatch.GetTimestamp()));
            sent++;
            if (!await tally.WaitAsync((sent - MessagesUnderWay + 1) * crowd.Clients.Count, DrainLimit))
            {
                break;
            }
        }

        await tally.WaitAsync(sent * crowd.Clients.Count, DrainLimit);
        crowd.Clients[0].Sent = first + sent - 1;
        return sent;
    }
}
