using System.Runtime.ExceptionServices;
using System.Text.Json;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Push.Messages;
using Seckill.Core.Stock;
using StackExchange.Redis;

namespace Seckill.Core.Orders;

/// <summary>Gives the units of failed reservations back, and tells every buyer what became of theirs. Repeating it changes nothing: release and mailbox both go by order id.</summary>
internal sealed class OrderAnnouncer(StockStore stock, MailboxStore mailboxes)
{
    /// <summary>
    /// Releases first, tells second: who hears "failed" may grab again at once and must find the unit back. Whoever can be told is told, also when the keys of others are on a node of a cluster that is away.
    /// </summary>
    /// <exception cref="StockUnavailableException">Redis is away: repeat.</exception>
    /// <exception cref="RedisException">As above.</exception>
    /// <exception cref="TimeoutException">As above.</exception>
    public async Task AnnounceAsync(IReadOnlyList<IntakeOutcome> outcomes, IntakeSpans spans)
    {
        Exception?[] faults = await Task.WhenAll(outcomes.Select(TryReleaseAsync));
        MailboxMessage[] messages = [.. outcomes.Where((outcome, i) => faults[i] is null && outcome.Verdict != IntakeVerdict.Settled).Select(outcome => Message(outcome) with { TraceParent = spans.ContextOf(outcome.Reservation) })];
        if (messages.Length > 0)
        {
            await mailboxes.AppendAsync(messages);
        }

        if (Array.Find(faults, fault => fault is not null) is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }

    private async Task<Exception?> TryReleaseAsync(IntakeOutcome outcome)
    {
        if (outcome.Verdict is not (IntakeVerdict.Failed or IntakeVerdict.Rejected))
        {
            return null;
        }

        try
        {
            StockBucket bucket = new(outcome.Reservation.SaleId, outcome.Reservation.SkuId, outcome.Reservation.Bucket);
            await stock.ReleaseAsync(bucket, outcome.Reservation.UserId, outcome.Reservation.OrderId);
            return null;
        }
        catch (Exception fault) when (fault is StockUnavailableException or RedisException or TimeoutException)
        {
            return fault;
        }
    }

    /// <summary>The id under which a buyer is told of an order.</summary>
    internal static string MessageId(OrderId order, PushMessageType type) => $"{order}:{type.Name}";

    private static MailboxMessage Message(IntakeOutcome outcome)
    {
        bool created = outcome.Verdict == IntakeVerdict.Created;
        PushMessageType type = created ? PushMessageTypes.OrderCreated : PushMessageTypes.OrderFailed;
        OrderPush payload = new(
            outcome.Reservation.OrderId.ToString(), outcome.Reservation.SaleId.ToString(), outcome.Reservation.SkuId.Value,
            (created ? OrderStatus.PendingPayment : OrderStatus.Failed).ToText(), created ? outcome.Price : null, outcome.Reason, outcome.PayBy);
        return type.To(
            outcome.Reservation.UserId, MessageId(outcome.Reservation.OrderId, type), JsonSerializer.SerializeToUtf8Bytes(payload, OrderPushJson.Default.OrderPush));
    }
}
