namespace Seckill.LoadTests.PushFanout;

/// <summary>Mailbox appends a second, one message to a call and 64, with Redis's append-only file flushed once a second.</summary>
internal sealed class AppendPhase : IPushPhase
{
    private const int Batch = 64;

    // By the second of --seconds: about what the floors ask for, twice over.
    private const int SinglesPerSecond = 5_000;
    private const int BatchedPerSecond = 30_000;

    public string Name => "append";

    public async Task RunAsync(PushStand stand, PushSettings settings, Measurements into, CancellationToken stop)
    {
        int singles = (int)(SinglesPerSecond * settings.Length.TotalSeconds), batched = (int)(BatchedPerSecond * settings.Length.TotalSeconds);
        await MailboxAppends.MeasureAsync(stand.Mailboxes, singles / 2, 1, stop); // Warms up; counts for nothing.
        await MailboxAppends.MeasureAsync(stand.Mailboxes, batched / 2, Batch, stop);
        for (int round = 1; round <= settings.Rounds; round++)
        {
            // A Redis that grows from round to round would make the later ones slower.
            await stand.FlushAsync();
            stand.Enter(Name, round, "single");
            into.Add($"{Name}.single.perSecond", await MeasureAsync(stand, singles, 1, "single", into, stop));
            stand.Enter(Name, round, $"batches of {Batch}");
            into.Add($"{Name}.batched.perSecond", await MeasureAsync(stand, batched, Batch, "batched", into, stop));
        }
    }

    private async Task<double> MeasureAsync(PushStand stand, int messages, int batch, string size, Measurements into, CancellationToken stop)
    {
        TimeSpan cpu = stand.RedisUsage.Cpu;
        double perSecond = await MailboxAppends.MeasureAsync(stand.Mailboxes, messages, batch, stop);
        into.Add($"{Name}.{size}.perRedisCpuSecond", Measurements.Ratio(messages, (stand.RedisUsage.Cpu - cpu).TotalSeconds));
        return perSecond;
    }
}
