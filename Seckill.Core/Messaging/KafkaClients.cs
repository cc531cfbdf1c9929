using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Messaging;

/// <summary>Builds Kafka clients with our profiles, our log and the system's librdkafka. Thread-safe.</summary>
public sealed class KafkaClients
{
    private readonly string _bootstrap;
    private readonly MessagingOptions _options;
    private readonly KafkaSecurityOptions _security;
    private readonly ILogger<KafkaClients> _log;

    /// <summary>Maps the native library's name, which must happen before the first client.</summary>
    public KafkaClients(IOptions<Connections> connections, IOptions<MessagingOptions> options, IOptions<KafkaSecurityOptions> security, ILogger<KafkaClients> log)
    {
        LibrdkafkaLoader.Register();
        _bootstrap = connections.Value.Kafka;
        _options = options.Value;
        _security = security.Value;
        _log = log;
    }

    /// <summary>Builds an idempotent producer.</summary>
    /// <param name="clientId">Name in the brokers' logs.</param>
    /// <param name="onFatal">Called, on a thread of the library's, when this producer can never send again.</param>
    public IProducer<byte[]?, byte[]> BuildProducer(string clientId, Action<Error> onFatal) =>
        new ProducerBuilder<byte[]?, byte[]>(_security.ApplyTo(KafkaProfiles.Producer(_options.ProducerProfile, _bootstrap, clientId)))
            .SetErrorHandler((_, error) =>
            {
                Report(clientId, error);
                if (error.IsFatal)
                {
                    onFatal(error);
                }
            })
            .SetLogHandler((_, message) => _log.KafkaClientSays(clientId, message.Facility, message.Message))
            .Build();

    /// <summary>Joins a consumer group; disposing the result leaves it.</summary>
    /// <param name="clientId">Name in the brokers' logs and quotas.</param>
    /// <param name="group">The consumer group.</param>
    /// <param name="topics">What it reads.</param>
    /// <param name="assigned">Called with the partitions that came, in a poll; null where nobody cares.</param>
    /// <param name="gone">Called with how ("revoked" or "lost") and which partitions went, in a poll; null where nobody cares.</param>
    /// <param name="isPatient">True where a quarter of a second later is soon enough: brokers may hold empty answers that long, which spares both sides some hundred requests a second.</param>
    public GroupConsumer Join(
        string clientId,
        string group,
        IEnumerable<string> topics,
        Action<List<TopicPartition>>? assigned = null,
        Action<string, List<TopicPartitionOffset>>? gone = null,
        bool isPatient = false)
    {
        ConsumerConfig config = KafkaProfiles.Consumer(_options.ConsumerProfile, _bootstrap, clientId, group);
        if (isPatient)
        {
            config.FetchWaitMaxMs = 250;
        }

        return new GroupConsumer(group, Builder(clientId, config), topics, assigned, gone);
    }

    /// <summary>Builds a consumer that stays outside its group: for a look at the group's offsets, or at partitions that the caller names.</summary>
    /// <param name="clientId">Name in the brokers' logs and quotas.</param>
    /// <param name="group">The consumer group whose offsets it sees.</param>
    public IConsumer<byte[]?, byte[]> BuildReader(string clientId, string group) =>
        Builder(clientId, KafkaProfiles.Consumer(_options.ConsumerProfile, _bootstrap, clientId, group)).Build();

    /// <summary>Builds a client for questions about the cluster.</summary>
    public IAdminClient BuildAdmin(string clientId) =>
        new AdminClientBuilder(_security.ApplyTo(new AdminClientConfig { BootstrapServers = _bootstrap, ClientId = clientId, ReconnectBackoffMaxMs = 1_000 }))
            .SetLogHandler((_, message) => _log.KafkaClientSays(clientId, message.Facility, message.Message))
            .Build();

    private ConsumerBuilder<byte[]?, byte[]> Builder(string clientId, ConsumerConfig config) => new ConsumerBuilder<byte[]?, byte[]>(_security.ApplyTo(config))
        .SetErrorHandler((_, error) => Report(clientId, error))
        .SetLogHandler((_, message) => _log.KafkaClientSays(clientId, message.Facility, message.Message));

    private void Report(string clientId, Error error) => _log.KafkaClientError(clientId, error.Code, error.Reason, error.IsFatal);
}
