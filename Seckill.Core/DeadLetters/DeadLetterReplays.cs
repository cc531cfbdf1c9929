using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;
using Seckill.Core.Messaging;
using Seckill.Core.Receipts;
using Seckill.Core.Stock;

namespace Seckill.Core.DeadLetters;

/// <summary>Carries out the replays that operators ask for: puts the message back on its topic as it was, its attempts reset, and gets a reservation's unit back first.</summary>
/// <remarks>
/// A dead-lettered reservation has lost its unit, and perhaps the last one is gone: then the replay is refused with the reason, and the letter is open again. A crash between message and mark
/// repeats the replay, which an idempotent intake does not mind.
/// </remarks>
public sealed class DeadLetterReplays(
    DeadLetterStore store, StockStore stock, KafkaProducer producer, ReservationReceipts receipts, SchemaGate schema, TimeProvider time, ILogger<DeadLetterReplays> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly HashSet<string> Destinations =
        [.. KafkaTopics.All.Select(topic => topic.Name).Except([KafkaTopics.DeadLetters.Name, KafkaTopics.Unroutable.Name])];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await schema.WaitAsync(stoppingToken);
            while (true)
            {
                try
                {
                    while (await store.CarryOutAsync(letter => ReplayAsync(letter, stoppingToken), stoppingToken))
                    {
                        // The next one at once.
                    }
                }
                catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
                {
                    // Whatever a letter holds, it must not end the loop, and the host with it.
                    log.ReplayFaulted(fault);
                }

                await Task.Delay(Pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The letter's lock is gone with its connection; it is still to be replayed.
        }
    }

    /// <returns>Null when it is done, else why it cannot be.</returns>
    private async Task<string?> ReplayAsync(DeadLetter letter, CancellationToken stop)
    {
        string topic = letter.Origin.Split('/')[0];
        if (!Destinations.Contains(topic))
        {
            return "It did not come from a topic to which it could go back.";
        }

        if (letter.Message.Headers.Any(header => header.Key == MessageHeaders.CutFrom))
        {
            return "It was too long to be kept whole.";
        }

        // An unroutable message never reached the intake: its unit is still held, or will be found by reconciliation.
        if (letter.Topic == DeadLetterStore.DeadLetters && topic == KafkaTopics.Reservations.Name)
        {
            (bool claimed, bool sent, string? refusal) = await ClaimAsync(letter);
            if (!claimed || sent)
            {
                log.LetterReplayed(letter.Id, refusal ?? "through the outbox");
                return refusal;
            }
        }

        await producer.ProduceAsync(
            [
                new KafkaRecord(topic, letter.Message.Key, letter.Message.Value,
                [
                    .. letter.Message.Headers.Where(header => header.Key != MessageHeaders.ReplayedFrom),
                    new(MessageHeaders.ReplayedFrom, letter.Id.ToString(CultureInfo.InvariantCulture)),
                ]),
            ],
            stop);
        log.LetterReplayed(letter.Id, "back on its topic");
        return null;
    }

    /// <summary>Grabs again with the same order id: the script gives the unit back, or says that it was never taken away, or that it is gone.</summary>
    /// <returns>Whether the unit is the user's; whether the script has sent it on already, for a unit that it gives anew goes into the outbox in the same step; why not.</returns>
    private async Task<(bool Claimed, bool Sent, string? Refusal)> ClaimAsync(DeadLetter letter)
    {
        (ReservationMessage? reservation, string? fault) = ReservationCodec.Decode(new Message<byte[]?, byte[]>
        {
            Key = letter.Message.Key,
            Value = letter.Message.Value,
            Headers = MessageHeaders.Of(letter.Message.Headers),
        });
        if (reservation is null)
        {
            return (false, false, $"It is no reservation that can be read: {fault}.");
        }

        // A claim gives a unit away: what somebody made up must not get one because an operator replayed it in good faith.
        if (receipts.Check(reservation) is { } forged)
        {
            return (false, false, $"It was not reserved by us: {forged}. If the unit is held, reconciliation sends it by itself.");
        }

        StockBucket bucket = new(reservation.SaleId, reservation.SkuId, reservation.Bucket);
        StockReply reply = await stock.ClaimAsync(bucket, new[] { new StockGrab(reservation.UserId, reservation.OrderId) });
        if (reply.Status != StockStatus.Decided)
        {
            return (false, false, $"Its stock bucket cannot be asked: {reply.Status}.");
        }

        return reply.Decisions[0] switch
        {
            { Answer: StockAnswer.Reserved } => (true, true, null),
            { Answer: StockAnswer.AlreadyReserved } => (true, false, null),
            { Answer: StockAnswer.AlreadyGrabbed, Order: var other } => (false, false, $"Its user holds order {other} meanwhile."),
            { Answer: StockAnswer.SoldOut } => (false, false, "Its unit was given back and no unit is left."),
            var refused => (false, false, $"The stock refuses: {refused.Answer}."),
        };
    }
}
