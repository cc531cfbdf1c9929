using Seckill.Core.Redis;
using Seckill.Core.Stock;
using StackExchange.Redis;

namespace Seckill.Core.Outbox;

/// <summary>The stream commands of one bucket's outbox, as one consumer of the group <see cref="Group"/>. No blocking command: the connection is shared.</summary>
/// <exception cref="RedisException">Refused, or no connection.</exception>
/// <exception cref="TimeoutException">No reply in time: the outcome is unknown.</exception>
internal sealed class OutboxStream(RedisConnection redis, StockBucket bucket, string consumer)
{
    /// <summary>The consumer group of all relays.</summary>
    public const string Group = "relay";

    private static readonly RedisScript LeaveScript = RedisScript.Load("relay-leave.lua");

    private readonly RedisKey _key = new StockKeys(bucket).Outbox;

    /// <summary>New entries, oldest first; makes the group where it is missing (a new bucket, or a Redis that came back empty).</summary>
    public async Task<IReadOnlyList<RawOutboxEntry>> ReadAsync(int count)
    {
        try
        {
            RedisResult reply = await redis.RunAsync(db => db.ExecuteAsync("XREADGROUP", "GROUP", Group, consumer, "COUNT", count, "STREAMS", _key, ">"));
            return reply.IsNull ? [] : Entries(((RedisResult[])((RedisResult[])reply)[0])[1]);
        }
        catch (RedisServerException fault) when (fault.Message.StartsWith("NOGROUP", StringComparison.Ordinal))
        {
            await CreateGroupAsync();
            return [];
        }
    }

    /// <summary>Takes over entries that have lain with some relay for longer than <paramref name="idle"/>, this consumer included.</summary>
    public async Task<IReadOnlyList<RawOutboxEntry>> ClaimAsync(TimeSpan idle, int count)
    {
        try
        {
            RedisResult reply = await redis.RunAsync(db =>
                db.ExecuteAsync("XAUTOCLAIM", _key, Group, consumer, (long)idle.TotalMilliseconds, "0-0", "COUNT", count));
            return Entries(((RedisResult[])reply)[1]);
        }
        catch (RedisServerException fault) when (fault.Message.StartsWith("NOGROUP", StringComparison.Ordinal))
        {
            return [];
        }
    }

    /// <summary>Takes over entries that lie with one consumer that is known to be dead, however short their time.</summary>
    public async Task<IReadOnlyList<RawOutboxEntry>> ClaimFromAsync(string dead, int count)
    {
        try
        {
            RedisResult[] pending = (RedisResult[])await redis.RunAsync(db => db.ExecuteAsync("XPENDING", _key, Group, "-", "+", count, dead));
            if (pending.Length == 0)
            {
                return [];
            }

            // The idle time that each had when we looked: two relays that saw the same death share the entries instead of both taking them.
            List<RawOutboxEntry> claimed = [];
            foreach (RedisResult[] one in pending.Select(item => (RedisResult[])item))
            {
                claimed.AddRange(Entries(await redis.RunAsync(db => db.ExecuteAsync("XCLAIM", _key, Group, consumer, (long)one[2], (string)one[0]))));
            }

            return claimed;
        }
        catch (RedisServerException fault) when (fault.Message.StartsWith("NOGROUP", StringComparison.Ordinal))
        {
            return [];
        }
    }

    /// <summary>Removes entries for good.</summary>
    /// <remarks>
    /// Delete first, acknowledge second: a crash between the two leaves a pending mark without an entry, which the next claim clears away. The other
    /// way round leaves an entry that no relay would ever be given again, and the outbox's length would never return to zero.
    /// </remarks>
    public async Task RemoveAsync(IReadOnlyList<string> entryIds)
    {
        await redis.RunAsync(db => db.ExecuteAsync("XDEL", [_key, .. entryIds]));
        await redis.RunAsync(db => db.ExecuteAsync("XACK", [_key, Group, .. entryIds]));
    }

    /// <summary>Strikes this consumer, and those long silent, off the group unless entries still lie with them.</summary>
    public Task LeaveAsync() => redis.RunAsync(db => LeaveScript.RunAsync(db, [_key], [Group, consumer]));

    /// <summary>Entries in the stream, and the Unix ms of the oldest (null when empty).</summary>
    public async Task<(long Length, long? OldestMs)> MeasureAsync()
    {
        long length = (long)await redis.RunAsync(db => db.ExecuteAsync("XLEN", _key));
        if (length == 0)
        {
            return (0, null);
        }

        IReadOnlyList<RawOutboxEntry> oldest = Entries(await redis.RunAsync(db => db.ExecuteAsync("XRANGE", _key, "-", "+", "COUNT", 1)));
        return (length, oldest.Count == 0 ? null : long.Parse(oldest[0].Id.AsSpan(0, oldest[0].Id.IndexOf('-', StringComparison.Ordinal))));
    }

    private async Task CreateGroupAsync()
    {
        try
        {
            // From 0: entries that stand already are work, too.
            await redis.RunAsync(db => db.ExecuteAsync("XGROUP", "CREATE", _key, Group, "0", "MKSTREAM"));
        }
        catch (RedisServerException fault) when (fault.Message.StartsWith("BUSYGROUP", StringComparison.Ordinal))
        {
            // Another relay made it at the same moment.
        }
    }

    private static List<RawOutboxEntry> Entries(RedisResult reply)
    {
        RedisResult[] items = (RedisResult[])reply;
        List<RawOutboxEntry> entries = new(items.Length);
        foreach (RedisResult item in items)
        {
            // Redis 6.2 answers nil for a claimed entry that has been deleted.
            if (!item.IsNull && (RedisResult[])item is [{ } id, { IsNull: false } fields])
            {
                entries.Add(new RawOutboxEntry((string)id, (string[])fields));
            }
        }

        return entries;
    }
}
