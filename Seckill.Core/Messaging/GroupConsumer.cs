using System.Diagnostics;
using Confluent.Kafka;

namespace Seckill.Core.Messaging;

/// <summary>A consumer in a group, from joining it to leaving it. Not thread-safe: one loop polls it, and the handlers run inside its polls.</summary>
public sealed class GroupConsumer : IAsyncDisposable
{
    private static readonly TimeSpan LongestJoin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan JoinPoll = TimeSpan.FromMilliseconds(20);

    private bool _hadShare;

    /// <summary>Builds the client and subscribes. Made by <see cref="KafkaClients.Join"/>.</summary>
    internal GroupConsumer(
        string group, ConsumerBuilder<byte[]?, byte[]> builder, IEnumerable<string> topics, Action<List<TopicPartition>>? assigned, Action<string, List<TopicPartitionOffset>>? gone)
    {
        Client = builder
            .SetPartitionsAssignedHandler((_, added) =>
            {
                _hadShare = true;
                MessagingMetrics.Rebalanced(group, "assigned");
                assigned?.Invoke(added);
            })
            .SetPartitionsRevokedHandler((_, left) => Leave("revoked", left))
            .SetPartitionsLostHandler((_, left) => Leave("lost", left))
            .Build();
        Client.Subscribe(topics);

        void Leave(string how, List<TopicPartitionOffset> left)
        {
            MessagingMetrics.Rebalanced(group, how);
            gone?.Invoke(how, left);
        }
    }

    /// <summary>The client, to poll and to store offsets with; its end is this object's affair.</summary>
    public IConsumer<byte[]?, byte[]> Client { get; }

    /// <summary>Leaves the group at once and commits what is stored, so that the others need not wait for the session to run out.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            // librdkafka 2.0 aborts the whole process when a cooperative consumer is closed after the group took it in and before it got its first share (which may be none).
            long asked = Stopwatch.GetTimestamp();
            while (!_hadShare && !string.IsNullOrEmpty(Client.MemberId) && Stopwatch.GetElapsedTime(asked) < LongestJoin)
            {
                // A message that comes with the share is not stored, so it is delivered again.
                Client.Consume(TimeSpan.Zero);
                await Task.Delay(JoinPoll);
            }

            Client.Close();
        }
        finally
        {
            Client.Dispose();
        }
    }
}
