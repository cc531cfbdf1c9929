using System.Text.Json;
using Seckill.Core.Push;
using Seckill.Core.Push.Messages;
using Seckill.Core.Stock;

namespace Seckill.Core.Orders;

/// <summary>Gives the units of failed reservations back, and tells every buyer what became of theirs. Repeating it changes nothing: release and mailbox both go by order id.</summary>
internal sealed class OrderAnnouncer(StockStore stock, MailboxStore mailboxes)
{
    /// <summary>Releases first, tells second: who hears "failed" may grab again at once and must find the unit back.</summary>
    /// <exception cref="StockUnavailableException">Redis is away: repeat.</exception>
    /// <exception cref="StackExchange.Redis.RedisException">As above.</exception>
    /// <exception cref="TimeoutException">As above.</exception>
    public async Task AnnounceAsync(IReadOnlyList<IntakeOutcome> outcomes)
    {
        List<MailboxMessage> messages = new(outcomes.Count);
        foreach (IntakeOutcome outcome in outcomes)
        {
            if (outcome.Verdict is IntakeVerdict.Failed or IntakeVerdict.Rejected)
            {
                StockBucket bucket = new(outcome.Reservation.SaleId, outcome.Reservation.SkuId, outcome.Reservation.Bucket);
                await stock.ReleaseAsync(bucket, outcome.Reservation.UserId, outcome.Reservation.OrderId);
            }

            if (outcome.Verdict != IntakeVerdict.Settled)
            {
                messages.Add(Message(outcome));
            }
        }

        if (messages.Count > 0)
        {
            await mailboxes.AppendAsync(messages);
        }
    }

    private static MailboxMessage Message(IntakeOutcome outcome)
    {
        bool created = outcome.Verdict == IntakeVerdict.Created;
        PushMessageType type = created ? PushMessageTypes.OrderCreated : PushMessageTypes.OrderFailed;
        OrderPush payload = new(
            outcome.Reservation.OrderId.ToString(), outcome.Reservation.SaleId.ToString(), outcome.Reservation.SkuId.Value,
            (created ? OrderStatus.PendingPayment : OrderStatus.Failed).ToText(), created ? outcome.Price : null, outcome.Reason, outcome.PayBy);
        return type.To(
            outcome.Reservation.UserId, $"{outcome.Reservation.OrderId}:{type.Name}", JsonSerializer.SerializeToUtf8Bytes(payload, OrderPushJson.Default.OrderPush));
    }
}
