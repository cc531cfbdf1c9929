using System.Text.Json;
using Seckill.Core.Push;
using Seckill.Core.Push.Messages;
using Seckill.Core.Stock;

namespace Seckill.Core.Orders;

/// <summary>Gives units of ended orders back, and tells buyers what became of their orders. Repeating it changes nothing: release and mailbox both go by order id.</summary>
internal sealed class OrderSettler(StockStore stock, MailboxStore mailboxes)
{
    /// <summary>Releases first, tells second: who hears "cancelled" may grab again at once and must find the unit back.</summary>
    /// <exception cref="StockUnavailableException">Redis is away: repeat.</exception>
    /// <exception cref="StackExchange.Redis.RedisException">As above.</exception>
    /// <exception cref="TimeoutException">As above.</exception>
    public async Task SettleAsync(IReadOnlyList<OrderChange> changes)
    {
        // A refunded order gave its unit back when it was cancelled.
        await Task.WhenAll(changes.Where(change => change.Status is OrderStatus.Cancelled or OrderStatus.Failed).Select(ReleaseAsync));
        await mailboxes.AppendAsync([.. changes.Select(Message)]);
    }

    private async Task ReleaseAsync(OrderChange change)
    {
        if (await stock.ReleaseAsync(change.Bucket, change.User, change.Order) == ReleaseStatus.Released)
        {
            OrderMetrics.Released.Add(1);
        }
    }

    private static MailboxMessage Message(OrderChange change)
    {
        PushMessageType type = change.Status switch
        {
            OrderStatus.Paid => PushMessageTypes.OrderPaid,
            OrderStatus.Cancelled => PushMessageTypes.OrderCancelled,
            OrderStatus.Refunded => PushMessageTypes.OrderRefunded,
            OrderStatus.Failed => PushMessageTypes.OrderFailed,
            _ => throw new InvalidOperationException($"Nobody is told of an order that became {change.Status}."),
        };
        OrderPush payload = new(
            change.Order.ToString(), change.Bucket.Sale.ToString(), change.Bucket.Sku.Value, change.Status.ToText(), change.Price, change.Reason);
        return type.To(change.User, $"{change.Order}:{type.Name}", JsonSerializer.SerializeToUtf8Bytes(payload, OrderPushJson.Default.OrderPush));
    }
}
