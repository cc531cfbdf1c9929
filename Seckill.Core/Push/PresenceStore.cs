using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Push;

/// <summary>Who is connected where, for operators. Each node tells of itself; whatever a node said ends with its lease, so a node that died is forgotten by itself.</summary>
/// <remarks>
/// Thread-safe. One script a call. Users' sessions are written by <see cref="MailboxStore.TakeLeaseAsync"/>, beside the lease that wakes their node, and not here: one lease, one truth. Nothing
/// decides by presence; it may be late by a few seconds.
/// </remarks>
public sealed class PresenceStore(RedisConnection redis)
{
    private static readonly RedisScript WriteScript = RedisScript.Load("presence-write.lua");
    private static readonly RedisScript ReadScript = RedisScript.Load("presence-read.lua");

    /// <summary>Says that a node lives, for as long as a lease.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public Task TellAsync(string node, TimeSpan lease, NodeFigures figures) => redis.RunAsync(db => WriteScript.RunAsync(
        db, [PresenceKeys.Nodes, PresenceKeys.Figures], [node, (long)lease.TotalMilliseconds, JsonSerializer.Serialize(figures, PresenceJson.Default.NodeFigures)]));

    /// <summary>Takes a node out.</summary>
    /// <exception cref="RedisException">Redis is away; the lease will run out.</exception>
    /// <exception cref="TimeoutException">As for <see cref="RedisException"/>.</exception>
    public Task LeaveAsync(string node) => redis.RunAsync(db => Task.WhenAll(db.HashDeleteAsync(PresenceKeys.Nodes, node), db.HashDeleteAsync(PresenceKeys.Figures, node)));

    /// <summary>The nodes that live, by name.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public async Task<IReadOnlyList<NodePresence>> NodesAsync() =>
        [.. (await ReadAsync(PresenceKeys.Nodes, PresenceKeys.Figures, PresenceJson.Default.NodeFigures)).Select(one => new NodePresence(one.Key, one.Value))];

    /// <summary>Where a user is connected, by node; empty when nowhere.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public async Task<IReadOnlyList<UserPresence>> OfUserAsync(UserId user)
    {
        MailboxKeys keys = new(user);
        return [.. (await ReadAsync(keys.Nodes, keys.Sessions, PresenceJson.Default.NodeSessions)).Select(one => new UserPresence(one.Key, one.Value))];
    }

    private async Task<List<KeyValuePair<string, T>>> ReadAsync<T>(RedisKey nodes, RedisKey texts, JsonTypeInfo<T> type)
    {
        RedisValue[] fields = (RedisValue[])(await redis.RunAsync(db => ReadScript.RunAsync(db, [nodes, texts], [])))!;
        List<KeyValuePair<string, T>> found = new(fields.Length / 2);
        for (int i = 0; i < fields.Length; i += 2)
        {
            if (JsonSerializer.Deserialize((string)fields[i + 1]!, type) is { } said)
            {
                found.Add(new((string)fields[i]!, said));
            }
        }

        found.Sort((one, other) => string.CompareOrdinal(one.Key, other.Key));
        return found;
    }
}
