using System.Text.Json;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Sales;

/// <summary>One switch that stops every sale on every node, and needs nothing but Redis: for the hour in which MySQL is away too. Thread-safe.</summary>
/// <remarks>
/// Nodes hear of it by <see cref="SaleKeys.ChangedChannel"/>, and by their poll within <see cref="SaleCatalog.PollInterval"/>. What was decided stands: reserved units become orders, orders can be
/// paid. A Redis that lost its data has not turned the switch back: a node that knows it on keeps it on, and writes it down again (<see cref="RecallAsync"/>). Only an explicit "off" lets sales go on.
/// </remarks>
public sealed class KillSwitch(RedisConnection redis, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Throws it.</summary>
    /// <param name="on">True stops every sale; false lets those go on that their windows and hands allow.</param>
    /// <param name="who">The operator.</param>
    /// <exception cref="RedisException">Redis is away: grabs are refused anyway, and the switch must be thrown again.</exception>
    /// <exception cref="TimeoutException">No reply in time: it may have been thrown or not. May be repeated.</exception>
    public async Task<KillSwitchState> SetAsync(bool on, UserId who)
    {
        KillSwitchState state = new(on, who, time.GetUtcNow());
        string text = JsonSerializer.Serialize(state, Json);
        await redis.RunAsync(db => db.StringSetAsync(SaleKeys.KillSwitch, text));
        await redis.RunAsync(db => db.PublishAsync(SaleKeys.ChangedChannel, "0"));
        return state;
    }

    /// <summary>How it was left.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public async Task<KillSwitchState> ReadAsync() => Read(await redis.RunAsync(db => db.StringGetAsync(SaleKeys.KillSwitch))) ?? KillSwitchState.Never;

    /// <summary>How it was left, for a node that remembers: what Redis has lost is as the node knew it, and written again unless somebody throws the switch at the same moment.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    internal async Task<KillSwitchState> RecallAsync(KillSwitchState known)
    {
        if (Read(await redis.RunAsync(db => db.StringGetAsync(SaleKeys.KillSwitch))) is { } state)
        {
            return state;
        }

        if (known.On)
        {
            await redis.RunAsync(db => db.StringSetAsync(SaleKeys.KillSwitch, JsonSerializer.Serialize(known, Json), when: When.NotExists));
        }

        return known;
    }

    private static KillSwitchState? Read(RedisValue text) => text.IsNull ? null : JsonSerializer.Deserialize<KillSwitchState>((string)text!, Json);
}
