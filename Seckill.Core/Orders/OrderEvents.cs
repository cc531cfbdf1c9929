using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Seckill.Core.Messaging;

namespace Seckill.Core.Orders;

/// <summary>Publishes changes of orders on <see cref="KafkaTopics.OrderEvents"/>, keyed by order id. At least once; a reader goes by <c>at</c> where two changes of an order cross.</summary>
internal sealed class OrderEvents(KafkaProducer producer)
{
    /// <summary>Returns when Kafka has all of them.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    public Task PublishAsync(IReadOnlyList<OrderChange> changes, CancellationToken stop) => producer.ProduceAsync([.. changes.Select(Encode)], stop);

    internal static KafkaRecord Encode(OrderChange change)
    {
        OrderEventMessage message = new(
            change.Order, change.Bucket.Sale, change.Bucket.Sku, change.User, change.Status.ToText(), change.Price, change.Reason, change.ChangedAt);
        List<KeyValuePair<string, string>> headers = [new(MessageHeaders.Type, OrderEventMessage.Type)];
        if (Activity.Current?.Id is { } trace)
        {
            headers.Add(new(MessageHeaders.TraceParent, trace));
        }

        return new KafkaRecord(
            KafkaTopics.OrderEvents.Name, Encoding.UTF8.GetBytes(change.Order.ToString()),
            JsonSerializer.SerializeToUtf8Bytes(message, MessagingJson.Default.OrderEventMessage), headers);
    }
}
