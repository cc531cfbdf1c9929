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
        // Later than what stands there, whatever this clock says: nodes go by the later one.
        DateTimeOffset now = time.GetUtcNow();
        KillSwitchState state = new(on, who, (await ReadAsync()).At is { } before && before >= now ? before + TimeSpan.FromMilliseconds(1) : now);
        string text = JsonSerializer.Serialize(state, Json);
        await redis.RunAsync(db => db.StringSetAsync(SaleKeys.KillSwitch, text));
        await redis.RunAsync(db => db.PublishAsync(SaleKeys.ChangedChannel, "0"));
        return state;
    }

    /// <summary>How it was left.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public async Task<KillSwitchState> ReadAsync() => Read(await redis.RunAsync(db => db.StringGetAsync(SaleKeys.KillSwitch))) ?? KillSwitchState.Never;

    /// <summary>How it was left, for a node that remembers: where Redis has lost an "on", or an older state came back with a replica or a backup, the node's stands, and is written again.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    internal async Task<KillSwitchState> RecallAsync(KillSwitchState known)
    {
        RedisValue text = await redis.RunAsync(db => db.StringGetAsync(SaleKeys.KillSwitch));
        KillSwitchState? stored = Read(text);
        if (!known.On || stored?.At >= known.At)
        {
            return stored ?? known;
        }

        // Only over what was read: somebody may throw it at this moment.
        await redis.RunAsync(db =>
        {
            ITransaction write = db.CreateTransaction();
            write.AddCondition(text.IsNull ? Condition.KeyNotExists(SaleKeys.KillSwitch) : Condition.StringEqual(SaleKeys.KillSwitch, text));
            _ = write.StringSetAsync(SaleKeys.KillSwitch, JsonSerializer.Serialize(known, Json));
            return write.ExecuteAsync();
        });
        return known;
    }

    private static KillSwitchState? Read(RedisValue text) => text.IsNull ? null : JsonSerializer.Deserialize<KillSwitchState>((string)text!, Json);
}
