using Confluent.Kafka;
using Seckill.Core.Messaging;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.LocalServers;

public sealed class KafkaMockClusterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public KafkaMockClusterTests()
    {
        LibrdkafkaLoader.Register();
    }

    [Fact]
    public async Task ProducedByOneClient_ConsumedByAnother()
    {
        using KafkaMockCluster cluster = new();
        await ProduceAsync(cluster, "one");

        using IConsumer<string, string> consumer = new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = cluster.BootstrapServers,
            GroupId = "test",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            FetchWaitMaxMs = 10,
        }).Build();
        consumer.Subscribe(KafkaTopics.Reservations.Name);

        ConsumeResult<string, string> received = consumer.Consume(Patience);

        received.ShouldNotBeNull();
        received.Message.Value.ShouldBe("one");
        consumer.Close();
    }

    [Fact]
    public void ThreeBrokers_EveryTopicWithItsPartitions()
    {
        using KafkaMockCluster cluster = new();
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.BootstrapServers }).Build();

        Metadata metadata = admin.GetMetadata(Patience);

        cluster.BootstrapServers.Split(',').Length.ShouldBe(3);
        metadata.Brokers.Count.ShouldBe(3);
        foreach (KafkaTopic topic in KafkaTopics.All)
        {
            metadata.Topics.Single(found => found.Topic == topic.Name).Partitions.Count.ShouldBe(topic.Partitions);
        }
    }

    [Fact]
    public async Task EveryBrokerDownThenUp_TheProducerDelivers()
    {
        using KafkaMockCluster cluster = new();
        for (int broker = 1; broker <= cluster.Brokers; broker++)
        {
            cluster.SetBrokerDown(broker);
        }

        Task delivery = ProduceAsync(cluster, "late");
        await Task.WhenAny(delivery, Task.Delay(300, TestContext.Current.CancellationToken));
        delivery.IsCompleted.ShouldBeFalse();
        for (int broker = 1; broker <= cluster.Brokers; broker++)
        {
            cluster.SetBrokerUp(broker);
        }

        await delivery.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task PushedError_IsWhatTheProducerSees()
    {
        using KafkaMockCluster cluster = new();
        cluster.PushRequestErrors(KafkaApi.Produce, ErrorCode.TopicAuthorizationFailed);

        ProduceException<string, string> error = await Should.ThrowAsync<ProduceException<string, string>>(() => ProduceAsync(cluster, "refused"));

        error.Error.Code.ShouldBe(ErrorCode.TopicAuthorizationFailed);
    }

    private static async Task ProduceAsync(KafkaMockCluster cluster, string value)
    {
        using IProducer<string, string> producer = new ProducerBuilder<string, string>(new ProducerConfig
        {
            BootstrapServers = cluster.BootstrapServers,
            Acks = Acks.All,
            ReconnectBackoffMaxMs = 500,
        }).Build();
        await producer.ProduceAsync(KafkaTopics.Reservations.Name, new Message<string, string> { Key = "user", Value = value });
    }
}
