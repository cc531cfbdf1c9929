using Seckill.Chaos.Stack;

namespace Seckill.Chaos.Schedule;

/// <summary>What a fault may touch.</summary>
/// <param name="Stack">The engine.</param>
/// <param name="Random">The step's own, from the run's seed: no matter what else happens, the same step chooses the same.</param>
/// <param name="Stop">Ends the run; a fault that is under way is healed first.</param>
internal sealed record FaultContext(ChaosStack Stack, Random Random, CancellationToken Stop)
{
    /// <summary>When Redis lost what it had; the run notes it for the audit.</summary>
    public Action RedisLostItsMailboxes { get; init; } = static () => { };

    public T Pick<T>(IReadOnlyList<T> from) => from[Random.Next(from.Count)];

    /// <summary>From one second to <paramref name="atMost"/>.</summary>
    public TimeSpan Seconds(int atMost) => TimeSpan.FromMilliseconds(Random.Next(1_000, (atMost * 1_000) + 1));

    public Task WaitAsync(TimeSpan time) => Task.Delay(time, Stop);
}
