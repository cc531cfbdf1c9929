using System.Diagnostics;

namespace Seckill.LoadTests.PushFanout;

/// <summary>A crowd that drops at once, misses messages, and comes back at once, each client to the other node: is all of it recovered, in what time and for how much CPU?</summary>
internal sealed class StormPhase : IPushPhase
{
    private const int Clients = 5_000;
    private const int Missed = 20;
    private const int UsersPerAppend = 16;
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(120);

    public string Name => "storm";

    public async Task RunAsync(PushStand stand, PushSettings settings, Measurements into, CancellationToken stop)
    {
        for (int round = 1; round <= settings.Rounds; round++)
        {
            // New nodes: a round must not find the JIT warm that the first one found cold, nor the other way round.
            await stand.FlushAsync();
            await using PushNode one = await stand.StartHubAsync(stop);
            await using PushNode other = await stand.StartHubAsync(stop);
            stand.Enter(Name, round, "connecting");
            await using FanoutCrowd crowd = await FanoutCrowd.OpenAsync(stand, [one, other], $"storm{round}", settings.Crowd(Clients), stop);
            await AppendAsync(stand, crowd, 1); // Everybody has had something, and with it a position to resume from.
            if (!await crowd.Tally.WaitAsync(crowd.Clients.Count, RecoveryLimit))
            {
                throw new TimeoutException($"{crowd.Clients.Count - crowd.Tally.Received:N0} clients did not get their first message within {RecoveryLimit.TotalSeconds:0} s.");
            }

            await crowd.DropAllAsync();
            stand.Enter(Name, round, $"{Missed} messages each, to nobody");
            await AppendAsync(stand, crowd, Missed);
            stand.Enter(Name, round, "everybody resumes");
            Tally tally = crowd.StartCount();
            TimeSpan cpu = one.Usage.Cpu + other.Usage.Cpu, redis = stand.RedisUsage.Cpu;
            long started = Stopwatch.GetTimestamp(), missed = (long)Missed * crowd.Clients.Count;
            await crowd.ConnectAllAsync(stand.Count(crowd.Clients.Count), shift: 1, stop);
            await tally.WaitAsync(missed, RecoveryLimit);
            into.Add($"{Name}.seconds", Stopwatch.GetElapsedTime(started).TotalSeconds);
            into.Add($"{Name}.hubCpuMsPerClient", (one.Usage.Cpu + other.Usage.Cpu - cpu).TotalMilliseconds / crowd.Clients.Count);
            into.Add($"{Name}.redisCpuMsPerClient", (stand.RedisUsage.Cpu - redis).TotalMilliseconds / crowd.Clients.Count);
            into.Count($"{Name}.notRecovered", crowd.Clients.Count(client => !client.IsRecovered));
            into.Audit(Name, missed, tally);
        }
    }

    private static async Task AppendAsync(PushStand stand, FanoutCrowd crowd, int each)
    {
        foreach (FanoutClient[] users in crowd.Clients.Chunk(UsersPerAppend))
        {
            await stand.AppendAsync([.. users.SelectMany(to => Enumerable.Range(0, each).Select(_ => (to, new PushMark(++to.Sent, Stopwatch.GetTimestamp()))))]);
        }
    }
}
