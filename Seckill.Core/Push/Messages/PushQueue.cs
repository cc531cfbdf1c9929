using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Diagnostics;
using Seckill.Core.Messaging;

namespace Seckill.Core.Push.Messages;

/// <summary>Puts messages into <see cref="KafkaTopics.Push"/>. Thread-safe.</summary>
public sealed class PushQueue(KafkaProducer producer, IOptions<PushMessageOptions> options, ILogger<PushQueue> log)
{
    private readonly TimeSpan _limit = options.Value.AcknowledgeWithin;

    /// <summary>Sends messages of one operator, and waits for <see cref="PushMessageOptions.AcknowledgeWithin"/> at most.</summary>
    /// <param name="messages">Of one sender, at least one.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>For each message whether it will be delivered. One of which that is not known may be: send it again with the same id, and it is delivered once.</returns>
    public async Task<IReadOnlyList<bool>> SendAsync(IReadOnlyList<QueuedPush> messages, CancellationToken stop)
    {
        bool[] stands = await producer.ProduceWithinAsync([.. messages.Select(QueuedPushCodec.Encode)], _limit, stop);
        foreach (IGrouping<string, QueuedPush> type in messages.Where((_, i) => stands[i]).GroupBy(message => message.Type.Name))
        {
            PushMessageMetrics.Accepted.Add(type.Count(), new KeyValuePair<string, object?>("type", type.Key));
        }

        string by = messages[0].By.Value;
        int open = stands.Count(one => !one);
        if (open > 0)
        {
            PushMessageMetrics.Unacknowledged.Add(open);
            log.PushesNotAcknowledged(open, messages.Count, by);
        }
        else
        {
            log.PushesAccepted(by, messages.Count, messages[0].Id);
        }

        return stands;
    }
}
