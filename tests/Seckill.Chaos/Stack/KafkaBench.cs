using System.Text;
using Confluent.Kafka;
using Seckill.Core.Messaging;

namespace Seckill.Chaos.Stack;

/// <summary>Puts messages of a test's own into Kafka, and watches offsets, with plain clients.</summary>
internal sealed class KafkaBench : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly IProducer<byte[]?, byte[]> _producer;
    private readonly IConsumer<byte[]?, byte[]> _watcher;

    /// <param name="bootstrap">The cluster.</param>
    /// <param name="group">Whose committed offsets to watch.</param>
    public KafkaBench(string bootstrap, string group)
    {
        LibrdkafkaLoader.Register();
        _producer = new ProducerBuilder<byte[]?, byte[]>(new ProducerConfig { BootstrapServers = bootstrap, LingerMs = 0 }).SetLogHandler((_, _) => { }).Build();
        _watcher = new ConsumerBuilder<byte[]?, byte[]>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = group, EnableAutoCommit = false, AllowAutoCreateTopics = false })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    /// <summary>Puts one message into the partition that its key leads to, or into a chosen one; returns when it stands.</summary>
    public async Task ProduceAsync(string topic, byte[]? key, byte[] value, int? partition, CancellationToken stop, params (string Name, string Value)[] headers)
    {
        Message<byte[]?, byte[]> message = new() { Key = key, Value = value, Headers = [] };
        foreach ((string name, string text) in headers)
        {
            message.Headers.Add(name, Encoding.UTF8.GetBytes(text));
        }

        await _producer.ProduceAsync(new TopicPartition(topic, partition ?? Partition.Any), message, stop);
    }

    /// <summary>The committed offset of each partition; -1 where there is none yet.</summary>
    /// <exception cref="KafkaException">The cluster does not answer.</exception>
    public IReadOnlyDictionary<int, long> Committed(KafkaTopic topic) =>
        _watcher.Committed(Partitions(topic), Timeout).ToDictionary(one => one.Partition.Value, one => one.Offset.IsSpecial ? -1 : one.Offset.Value);

    /// <summary>Messages of a topic that the brokers have dropped, over all partitions.</summary>
    /// <exception cref="KafkaException">The cluster does not answer.</exception>
    public long Evicted(KafkaTopic topic) => Partitions(topic).Sum(partition => _watcher.QueryWatermarkOffsets(partition, Timeout).Low.Value);

    public void Dispose()
    {
        _producer.Dispose();
        _watcher.Dispose();
    }

    private static IEnumerable<TopicPartition> Partitions(KafkaTopic topic) => Enumerable.Range(0, topic.Partitions).Select(i => new TopicPartition(topic.Name, i));
}
