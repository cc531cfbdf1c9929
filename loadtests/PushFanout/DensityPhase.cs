namespace Seckill.LoadTests.PushFanout;

/// <summary>Memory of an idle connection: what a fresh process holds with the crowd connected, less what it held before, per connection.</summary>
/// <remarks>A new process for each: memory that was used once is rarely given back.</remarks>
internal sealed class DensityPhase : IPushPhase
{
    // Enough that every path has run and been compiled before the first reading.
    private const int WarmUpClients = 200;

    // Longer than the position check and the writing of confirmations take for their first round.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(6);

    public string Name => "density";

    public async Task RunAsync(PushStand stand, PushSettings settings, Measurements into, CancellationToken stop)
    {
        for (int round = 1; round <= settings.Rounds; round++)
        {
            double ours = await MeasureAsync(stand, stand.StartHubAsync, settings, round, into, stop);
            double stock = await MeasureAsync(stand, stand.StartStockAsync, settings, round, into, stop);
            double raw = await MeasureAsync(stand, stand.StartRawAsync, settings, round, into, stop);
            into.Add($"{Name}.toStock", Measurements.Cost(ours, stock));
            into.Add($"{Name}.toRaw", Measurements.Cost(ours, raw));
        }
    }

    private async Task<double> MeasureAsync(
        PushStand stand, Func<CancellationToken, Task<PushNode>> start, PushSettings settings, int round, Measurements into, CancellationToken stop)
    {
        await stand.FlushAsync();
        await using PushNode node = await start(stop);
        stand.Enter(Name, round, $"{node.Name}, connecting");
        await using (await FanoutCrowd.OpenAsync(stand, [node], $"warm{round}", settings.Crowd(WarmUpClients), stop))
        {
            // Dropped at once.
        }

        await Task.Delay(Settling, stop);
        long before = node.Usage.RssBytes;
        await using FanoutCrowd crowd = await FanoutCrowd.OpenAsync(stand, [node], $"idle{round}", settings.Connections, stop);
        stand.Enter(Name, round, $"{node.Name}, idle");
        await Task.Delay(Settling, stop);
        ProcessUsage idle = node.Usage;
        double perConnection = (double)(idle.RssBytes - before) / settings.Connections;
        into.Add($"{Name}.{node.Name}.bytesPerConnection", perConnection);
        into.Add($"{Name}.{node.Name}.rssMiB", idle.RssBytes / 1024.0 / 1024.0);
        into.Count($"{Name}.closed", crowd.Tally.Closed);
        return perConnection;
    }
}
