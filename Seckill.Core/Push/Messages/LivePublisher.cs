using Confluent.Kafka;
using Microsoft.Extensions.Options;
using Seckill.Core.Messaging;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Push.Messages;

/// <summary>Takes the messages to groups and to all from batches of <see cref="KafkaTopics.Push"/>, and publishes each to the hub nodes, once and at a capped rate. Nothing is stored: who is away misses it.</summary>
/// <remarks>
/// A consumer group of its own: at the rate's pace these may wait for minutes, which what is sent to users must not. One call of <see cref="HandleAsync"/> at a time. What cannot be read is put aside by
/// <see cref="PushMailer"/>, which reads the same topic.
/// </remarks>
internal sealed class LivePublisher(RedisConnection redis, IOptions<PushMessageOptions> options, TimeProvider time)
{
    private static readonly RedisScript PublishScript = RedisScript.Load("push-publish.lua");

    private readonly TimeSpan _between = TimeSpan.FromSeconds(1) / options.Value.LivePerSecond;
    private readonly long _rememberMs = (long)options.Value.LiveMemory.TotalMilliseconds;
    private long _publishedAt;

    /// <summary>string: <c>1</c> while it is remembered that a message of this id was published to this receiver. Expires after <see cref="PushMessageOptions.LiveMemory"/>.</summary>
    public static RedisKey SentKey(string id, PushReceiver to) => $"seckill:push:{id}:{to}:sent";

    /// <summary>Handles a batch, see <see cref="BatchHandler"/>.</summary>
    /// <exception cref="RedisException">Redis is away: hand the batch over again. What was published is known by its id.</exception>
    /// <exception cref="TimeoutException">As above.</exception>
    public async Task HandleAsync(IReadOnlyList<ConsumeResult<byte[]?, byte[]>> batch, CancellationToken stop)
    {
        foreach (ConsumeResult<byte[]?, byte[]> consumed in batch)
        {
            if (QueuedPushCodec.Decode(consumed.Message).Push is { To.User: null } push)
            {
                await PublishAsync(push, stop);
            }
        }
    }

    private async Task PublishAsync(QueuedPush push, CancellationToken stop)
    {
        if (time.GetUtcNow() - push.At >= push.Ttl)
        {
            PushMessageMetrics.Finish("expired", 1);
            return;
        }

        if (_publishedAt != 0 && _between - time.GetElapsedTime(_publishedAt) is var wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, stop);
        }

        byte[] frame = PushFrame.Encode(0, PushEnvelope.EncodeLiveBody(push.Id, push.Type.Name, push.At, push.Ttl, push.Priority, push.PayloadJson));
        BackplaneMessage message = push.To.Sale is { } sale
            ? new(BackplaneKind.SendGroups, Origin: string.Empty, RequestId: 0, [SaleBroadcaster.Group(sale)], [], [new(PushFrame.Protocol, frame)])
            : new(BackplaneKind.SendAll, Origin: string.Empty, RequestId: 0, [], [], [new(PushFrame.Protocol, frame)]);
        RedisResult published = await redis.RunAsync(db => PublishScript.RunAsync(
            db, [SentKey(push.Id, push.To)], [(string)BackplaneChannels.Push.All!, BackplaneCodec.Encode(message), _rememberMs]));
        if ((int)published == 0)
        {
            PushMessageMetrics.Finish("repeated", 1);
            return;
        }

        _publishedAt = time.GetTimestamp();
        PushMetrics.Broadcast.Add(1);
        PushMessageMetrics.Finish("published", 1);
        PushMessageMetrics.Delay.Record((time.GetUtcNow() - push.At).TotalSeconds);
    }
}
