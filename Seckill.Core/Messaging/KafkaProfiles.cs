using Confluent.Kafka;

namespace Seckill.Core.Messaging;

/// <summary>The client settings behind each <see cref="KafkaProfile"/>. What is not named here is librdkafka's default. All profiles keep every acknowledged message.</summary>
public static class KafkaProfiles
{
    /// <summary>Settings of a producer.</summary>
    /// <param name="profile">Which trade.</param>
    /// <param name="bootstrap">Brokers, <c>host:port,host:port</c>.</param>
    /// <param name="clientId">Name in the brokers' logs and quotas.</param>
    public static ProducerConfig Producer(KafkaProfile profile, string bootstrap, string clientId)
    {
        ProducerConfig config = new()
        {
            BootstrapServers = bootstrap,
            ClientId = clientId,
            // Every in-sync replica has the message before we drop our own record of it.
            Acks = Acks.All,
            // The client's own retries neither repeat nor reorder messages.
            EnableIdempotence = true,
            // How long one message may try. The outbox keeps it anyway, so a short limit only means that failures show soon.
            MessageTimeoutMs = 10_000,
            // A broker that does not answer is given up for another well inside MessageTimeoutMs.
            RequestTimeoutMs = 5_000,
            // The bound of the client's own queue. Full: the caller waits, see KafkaProducer.
            QueueBufferingMaxMessages = 100_000,
            QueueBufferingMaxKbytes = 64 * 1024,
            // A restarted broker is found again within a second, not within librdkafka's ten.
            ReconnectBackoffMs = 50,
            ReconnectBackoffMaxMs = 1_000,
            // The last, half-filled packet of a request goes at once: held back, it waits 40 ms for the other side's delayed acknowledgement.
            SocketNagleDisable = true,
            // Delivery reports say only whether it stands; copying key and value back would cost and serve nobody.
            DeliveryReportFields = "status",
        };
        switch (profile)
        {
            case KafkaProfile.HighThroughput:
                config.LingerMs = 20; // Time for a batch to fill.
                config.BatchSize = 1024 * 1024; // Fewer, larger requests.
                config.CompressionType = CompressionType.Lz4; // Reservations compress about fourfold, and lz4 costs little.
                break;
            case KafkaProfile.LowLatency:
                config.LingerMs = 0; // Sent at once; batches form only while a request is under way.
                break;
            default:
                config.LingerMs = 2; // A relay batch arrives within a millisecond or two: one request per partition instead of several.
                break;
        }

        return config;
    }

    /// <summary>Settings of a consumer in a group.</summary>
    /// <param name="profile">Which trade.</param>
    /// <param name="bootstrap">Brokers, <c>host:port,host:port</c>.</param>
    /// <param name="clientId">Name in the brokers' logs and quotas.</param>
    /// <param name="group">The consumer group.</param>
    public static ConsumerConfig Consumer(KafkaProfile profile, string bootstrap, string clientId, string group) => new()
    {
        BootstrapServers = bootstrap,
        ClientId = clientId,
        GroupId = group,
        // A rebalance moves only the partitions that must move; the others go on.
        PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        // Without an offset (a new group, or a broker that forgot), start at the oldest message: repeating is harmless, skipping is a loss.
        AutoOffsetReset = AutoOffsetReset.Earliest,
        // Offsets are stored by hand, for finished work only; the client commits what is stored, and its generation fences a zombie.
        EnableAutoOffsetStore = false,
        EnableAutoCommit = true,
        // How much finished work a crash repeats at most; each commit is one small request.
        AutoCommitIntervalMs = 250,
        // A dead worker's partitions move after this. Short, since orders wait meanwhile; a worker that was only slow loses its partitions for a moment, and what it had in hand is
        // repeated harmlessly. Brokers must allow it: group.min.session.timeout.ms is 6,000 unless it is set.
        SessionTimeoutMs = 3_000,
        // Six in a session: the client's own thread sends them, so that neither a long batch nor a garbage collection counts as death.
        HeartbeatIntervalMs = 500,
        // A loop that polls is never this late; one that hangs loses its partitions. It is also how long a broker may keep the group waiting for a member, and, with 3 s more, how long the client waits for the answer to
        // its joining: a coordinator that dies without a word in between holds the group up for that long.
        MaxPollIntervalMs = 15_000,
        // How long the broker may hold back an answer for want of data. Longer saves empty fetches and costs delay.
        FetchWaitMaxMs = profile switch { KafkaProfile.HighThroughput => 100, KafkaProfile.LowLatency => 5, _ => 10 },
        // The bound of what waits in memory; the broker keeps the rest. High on purpose: a client that has reached it does not fetch again for a whole
        // second, which halved the intake's rate at 2,000 messages.
        QueuedMinMessages = 100_000,
        QueuedMaxMessagesKbytes = 64 * 1024,
        // A restarted broker is found again within a second, not within librdkafka's ten.
        ReconnectBackoffMs = 50,
        ReconnectBackoffMaxMs = 1_000,
        // As for the producer.
        SocketNagleDisable = true,
        // Topics are made by deploy/, with their settings; a typing error must not make one.
        AllowAutoCreateTopics = false,
    };
}
