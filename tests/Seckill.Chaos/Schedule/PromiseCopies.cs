using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;
using StackExchange.Redis;

namespace Seckill.Chaos.Schedule;

/// <summary>Keeps a plan from taking both copies of a promise at once, which the engine does not claim to survive (docs/chaos.md).</summary>
/// <remarks>
/// Until the relay has it in Kafka, a promise stands in Redis and in the memory of the Api that made it. Redis may forget it, and any Api may die, but not one right upon the other: after a loss
/// the Apis need a moment to lay down what they know, and what a dead Api has promised must leave the outbox, and what it testified to be settled, before Redis forgets. Only those pairs are kept apart; everything else may fail meanwhile.
/// </remarks>
internal sealed class PromiseCopies(ChaosStack stack, IReadOnlyList<ChaosSale> sales)
{
    /// <summary>Most that either wait may take: a plan goes on even when the engine does not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>From a fence on: what an Api needs to notice that its own connection is dead (`RedisConnection`), and some rounds of its loop.</summary>
    private static readonly TimeSpan Testifying = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private Dictionary<ChaosSale, long>? _livesLost;
    private bool _apiDied;

    /// <summary>Redis is about to forget: waits until each outbox has been empty, and no testimony open, once since an Api died.</summary>
    public async Task BeforeRedisForgetsAsync(CancellationToken stop)
    {
        using ConnectionMultiplexer redis = await ConnectAsync();
        if (_apiDied)
        {
            foreach (ChaosSale sale in sales)
            {
                await UntilAsync(
                    async () => (long)await redis.GetDatabase().ExecuteAsync("XLEN", Key(sale, "outbox")) == 0 && await redis.GetDatabase().HashLengthAsync(Key(sale, "testimony")) == 0, stop);
            }
        }

        _apiDied = false;
        Dictionary<ChaosSale, long> lives = [];
        foreach (ChaosSale sale in sales)
        {
            await UntilAsync(async () => (lives[sale] = await LifeAsync(redis, sale)) > 0, stop);
        }

        _livesLost = lives;
    }

    /// <summary>An Api is about to die: waits until every sale's next life has begun, and the Apis have had their moment.</summary>
    public async Task BeforeApiDiesAsync(CancellationToken stop)
    {
        _apiDied = true;
        if (_livesLost is null)
        {
            return;
        }

        using ConnectionMultiplexer redis = await ConnectAsync();
        foreach (ChaosSale sale in sales)
        {
            await UntilAsync(async () => await LifeAsync(redis, sale) > _livesLost.GetValueOrDefault(sale), stop);
        }

        _livesLost = null;
        await Task.Delay(Testifying, stop);
    }

    private Task<ConnectionMultiplexer> ConnectAsync() => ConnectionMultiplexer.ConnectAsync($"{stack.RedisConnection},abortConnect=false");

    private static async Task<long> LifeAsync(ConnectionMultiplexer redis, ChaosSale sale) =>
        (await redis.GetDatabase().HashGetAsync(Key(sale, "meta"), ["fence", "epoch"])).Max(field => field.IsNull ? 0 : (long)field);

    private static RedisKey Key(ChaosSale sale, string part) => $"{{{sale.Id}:{sale.Sku}:0}}:{part}";

    private static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken stop)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (!await HoldsAsync() && TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            await Task.Delay(Pause, stop);
        }

        async Task<bool> HoldsAsync()
        {
            try
            {
                return await condition();
            }
            catch (Exception fault) when (fault is RedisException or TimeoutException)
            {
                return false; // Just coming back.
            }
        }
    }
}
