using System.Globalization;
using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;
using Seckill.Local.Servers;
using Shouldly;

namespace Seckill.Chaos.Windows;

/// <summary>A stock bucket as the Redis that is primary now has it, asked past proxies and engine.</summary>
/// <param name="Left">Units left; -1 when the key is missing.</param>
/// <param name="Epoch">Its epoch; 0 when the key is missing.</param>
/// <param name="Fence">The fence of a recovery; null when none stands.</param>
/// <param name="Outbox">Entries that await Kafka.</param>
internal sealed record BucketProbe(long Left, long Epoch, string? Fence, long Outbox)
{
    /// <summary>Far above what a recovery takes: an engine that never gets there has failed, and the test says so.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <exception cref="ServerFailedException">Redis does not answer.</exception>
    public static async Task<BucketProbe> ReadAsync(ChaosStack stack, ChaosSale sale)
    {
        string tag = $"{{{sale.Id}:{sale.Sku}:0}}";
        return new BucketProbe(
            Number(await stack.Redis.SendAsync("GET", $"{tag}:stock")) ?? -1,
            Number(await stack.Redis.SendAsync("HGET", $"{tag}:meta", "epoch")) ?? 0,
            await stack.Redis.SendAsync("HGET", $"{tag}:meta", "fence") is { Length: > 0 } fence && Number(fence) is not null ? fence : null,
            Number(await stack.Redis.SendAsync("XLEN", $"{tag}:outbox")) ?? 0);
    }

    /// <summary>Waits for a state; an unreachable Redis is one that is not there yet.</summary>
    /// <returns>How long after <paramref name="since"/> it was seen.</returns>
    /// <exception cref="ShouldAssertException">It did not come within a minute.</exception>
    public static async Task<TimeSpan> UntilAsync(ChaosStack stack, ChaosSale sale, long since, Func<BucketProbe, bool> state, CancellationToken stop)
    {
        BucketProbe? last = null;
        while (true)
        {
            try
            {
                last = await ReadAsync(stack, sale);
                if (state(last))
                {
                    return TimeProvider.System.GetElapsedTime(since);
                }
            }
            catch (ServerFailedException)
            {
                // Still coming up.
            }

            (TimeProvider.System.GetElapsedTime(since) < Patience).ShouldBeTrue($"The bucket did not get there within {Patience.TotalSeconds} s; it is {last}.");
            await Task.Delay(Pause, stop);
        }
    }

    public static Task UntilDrainedAsync(ChaosStack stack, ChaosSale sale, CancellationToken stop) =>
        UntilAsync(stack, sale, TimeProvider.System.GetTimestamp(), probe => probe.Outbox == 0, stop);

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
