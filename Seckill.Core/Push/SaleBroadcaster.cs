using System.Text.Json;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Push;

/// <summary>Sends to everyone who watches a sale, on whatever hub node. Nothing is queued: who is away misses it, and the latest message of each type wins.</summary>
/// <remarks>Thread-safe. One round trip: a publish on the backplane, and the message kept as the sale's latest of its type, for those who begin to watch.</remarks>
public sealed class SaleBroadcaster(RedisConnection redis, TimeProvider time)
{
    /// <summary>How long a message is worth showing, and how long the latest is kept: 1 h, so that a sale that went quiet still shows its last state.</summary>
    public static TimeSpan LatestLifetime { get; } = TimeSpan.FromHours(1);

    /// <summary>The backplane group of a sale's watchers.</summary>
    public static string Group(SaleId sale) => $"sale:{sale}";

    /// <summary>hash: message type -> the latest frame of that type. Expires <see cref="LatestLifetime"/> after the last message.</summary>
    public static RedisKey LatestKey(SaleId sale) => $"seckill:push:latest:{sale}";

    /// <summary>Publishes one message.</summary>
    /// <param name="sale">The sale.</param>
    /// <param name="type">One of <see cref="PushTypes"/>.</param>
    /// <param name="payloadJson">UTF-8 JSON, at most <see cref="PushEnvelope.MaxPayloadBytes"/>.</param>
    /// <param name="keepLatest">False for news that make no sense later: those who begin to watch are not told.</param>
    /// <exception cref="ArgumentException">The type or payload is not valid.</exception>
    /// <exception cref="RedisException">Not sent. Drop it: a newer one will follow.</exception>
    /// <exception cref="TimeoutException">No reply within <see cref="RedisConnection.CommandTimeout"/>; it may have been sent.</exception>
    public async Task PublishAsync(SaleId sale, string type, ReadOnlyMemory<byte> payloadJson, bool keepLatest = true)
    {
        byte[] frame = PushFrame.Encode(0, PushEnvelope.EncodeTransientBody(type, time.GetUtcNow(), LatestLifetime, payloadJson));
        BackplaneMessage message = new(
            BackplaneKind.SendGroups, Origin: string.Empty, RequestId: 0, [Group(sale)], [], [new(PushFrame.Protocol, frame)]);

        IDatabase db = redis.Database;
        RedisKey latest = LatestKey(sale);
        // Kept first: who begins to watch in between is told either way.
        Task[] kept = keepLatest ? [db.HashSetAsync(latest, type, frame), db.KeyExpireAsync(latest, LatestLifetime)] : [];
        Task[] commands = [.. kept, db.PublishAsync(BackplaneChannels.Push.All, BackplaneCodec.Encode(message))];
        await Task.WhenAll(commands).WaitAsync(RedisConnection.CommandTimeout);
        PushMetrics.Broadcast.Add(1);
    }

    /// <summary>The payload of the latest message of a type; null when none is kept.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public async Task<JsonElement?> LatestPayloadAsync(SaleId sale, string type)
    {
        RedisValue frame = await redis.RunAsync(db => db.HashGetAsync(LatestKey(sale), type));
        return frame.IsNull ? null : PushFrame.PayloadOf((byte[])frame!);
    }

    /// <summary>The latest frame of each type, for a connection that begins to watch; empty when nothing is kept.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> LatestAsync(SaleId sale)
    {
        RedisValue[] frames = await redis.RunAsync(db => db.HashValuesAsync(LatestKey(sale)));
        return Array.ConvertAll(frames, frame => (ReadOnlyMemory<byte>)(byte[])frame!);
    }
}
