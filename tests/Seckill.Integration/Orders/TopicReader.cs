using Confluent.Kafka;
using Seckill.Core.Messaging;

namespace Seckill.Integration.Orders;

/// <summary>Reads a topic from its beginning, outside any group.</summary>
internal static class TopicReader
{
    public static IReadOnlyList<(byte[] Value, string? Error)> Read(Pipeline pipeline, KafkaTopic topic, int atLeast) =>
        [.. ReadMessages(pipeline, topic, atLeast).Select(message => (message.Value, MessageHeaders.Read(message.Headers, MessageHeaders.Error)))];

    public static IReadOnlyList<Message<byte[]?, byte[]>> ReadMessages(Pipeline pipeline, KafkaTopic topic, int atLeast)
    {
        using IConsumer<byte[]?, byte[]> consumer = new ConsumerBuilder<byte[]?, byte[]>(new ConsumerConfig
        {
            BootstrapServers = pipeline.Kafka.BootstrapServers,
            GroupId = "reader",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            FetchWaitMaxMs = 10,
        }).Build();
        consumer.Assign(Enumerable.Range(0, topic.Partitions).Select(i => new TopicPartitionOffset(topic.Name, i, Offset.Beginning)));
        List<Message<byte[]?, byte[]>> read = [];
        // Until what is awaited has come, or, where nothing should come, for a while that would have sufficed.
        while (consumer.Consume(read.Count < atLeast ? Pipeline.Patience : TimeSpan.FromSeconds(2)) is { } message)
        {
            read.Add(message.Message);
        }

        return read;
    }
}
