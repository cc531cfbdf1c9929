using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Push.Messages;

/// <summary>Takes batches of <see cref="KafkaTopics.Push"/> to the mailboxes of their receivers, and puts aside what nobody can deliver.</summary>
/// <remarks>
/// Invariant: a message whose offset is stored stands in its mailbox, has expired, or has been put aside. Appending goes by the message's id, so a batch that is handed over again changes nothing.
/// Redis being away is never a message's fault: the batch is thrown back whole, and waits. Only what Redis refuses for the sake of one receiver's keys is put aside: the batch is halved, by
/// receivers, until that one stands alone.
/// </remarks>
internal sealed class PushMailer(
    MailboxStore mailboxes, KafkaProducer producer, IOptions<MailboxOptions> options, FaultPoints faults, TimeProvider time, ILogger<PushMailer> log)
{
    /// <summary>Cause of a dead letter: Redis refuses what it holds as this receiver's mailbox.</summary>
    public const string MailboxRefused = "mailbox-refused";

    private readonly TimeSpan _retention = options.Value.Retention;

    /// <summary>Handles a batch, see <see cref="BatchHandler"/>. Messages for groups and for all are left to <see cref="LivePublisher"/>.</summary>
    /// <exception cref="RedisException">Redis is away: hand the batch over again.</exception>
    /// <exception cref="TimeoutException">As above.</exception>
    public async Task HandleAsync(IReadOnlyList<ConsumeResult<byte[]?, byte[]>> batch, CancellationToken stop)
    {
        List<KafkaRecord> aside = [];
        List<Letter> letters = new(batch.Count);
        DateTimeOffset now = time.GetUtcNow();
        int expired = 0;
        foreach (ConsumeResult<byte[]?, byte[]> consumed in batch)
        {
            (QueuedPush? push, string? fault) = QueuedPushCodec.Decode(consumed.Message);
            if (push is null)
            {
                aside.Add(SetAside.Unroutable(consumed, fault!, now, log));
            }
            else if (push.To.User is { } user)
            {
                // Past its time, and past the time for which its id is remembered: a message that Kafka brings again days later must not be shown twice.
                // Said to come from the future, it gets no more than its time: clocks differ, and any time may stand in the topic.
                TimeSpan life = push.Ttl < _retention ? push.Ttl : _retention, age = now - push.At;
                TimeSpan left = age > TimeSpan.Zero ? life - age : life;
                if (left > TimeSpan.Zero)
                {
                    letters.Add(new Letter(consumed, push, new MailboxMessage(user, push.Id, push.Type.Name, push.Priority, left, push.PayloadJson)));
                }
                else
                {
                    expired++;
                }
            }
        }

        if (letters.Count > 0)
        {
            await DeliverAsync([.. letters.GroupBy(letter => letter.Message.User)], aside);
        }

        PushMessageMetrics.Finish("expired", expired);
        PushMessageMetrics.Finish("refused", aside.Count);
        await producer.ProduceAsync(aside, stop);
        await faults.ReachAsync(FaultPoint.AfterAppendBeforeOffsets);
    }

    // A refusal names no key, so the receivers are halved until the one that it is about stands alone.
    private async Task DeliverAsync(IReadOnlyList<IGrouping<UserId, Letter>> receivers, List<KafkaRecord> aside)
    {
        Letter[] letters = [.. receivers.SelectMany(receiver => receiver)];
        try
        {
            Count(letters, await mailboxes.AppendAsync(Array.ConvertAll(letters, letter => letter.Message)));
        }
        catch (RedisServerException refusal) when (RedisFaults.IsOfTheKeys(refusal))
        {
            if (receivers.Count == 1)
            {
                log.PushRefusedByRedis(receivers[0].Key.Value, letters.Length, refusal);
                aside.AddRange(letters.Select(letter => SetAside.DeadLetter(letter.Consumed, MailboxRefused, refusal, time.GetUtcNow())));
                return;
            }

            int half = receivers.Count / 2;
            await DeliverAsync([.. receivers.Take(half)], aside);
            await DeliverAsync([.. receivers.Skip(half)], aside);
        }
    }

    private void Count(Letter[] letters, IReadOnlyList<MailboxAppendResult> results)
    {
        DateTimeOffset now = time.GetUtcNow();
        int appended = 0;
        foreach ((Letter letter, MailboxAppendResult result) in letters.Zip(results))
        {
            if (result.Appended)
            {
                appended++;
                PushMessageMetrics.Delay.Record((now - letter.Push.At).TotalSeconds);
            }
        }

        PushMessageMetrics.Finish("appended", appended);
        PushMessageMetrics.Finish("repeated", letters.Length - appended);
    }

    private readonly record struct Letter(ConsumeResult<byte[]?, byte[]> Consumed, QueuedPush Push, MailboxMessage Message);
}
