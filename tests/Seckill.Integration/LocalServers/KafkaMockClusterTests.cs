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

    [Fact]
    public async Task PushedToOneBroker_IsCountedUntilItFires()
    {
        using KafkaMockCluster cluster = new(brokers: 1);
        cluster.PushRequestError(1, KafkaApi.Produce, ErrorCode.NotEnoughReplicas, TimeSpan.Zero);
        cluster.RequestErrorsLeft(1, KafkaApi.Produce).ShouldBe(1);

        await ProduceAsync(cluster, "retried");

        cluster.RequestErrorsLeft(1, KafkaApi.Produce).ShouldBe(0);
    }

    [Fact]
    public void LeaderMoved_MetadataSaysSo()
    {
        using KafkaMockCluster cluster = new();
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.BootstrapServers }).Build();
        int before = LeaderOf(admin);
        int other = (before % cluster.Brokers) + 1;

        cluster.SetPartitionLeader(KafkaTopics.Reservations.Name, 0, other);

        LeaderOf(admin).ShouldBe(other);
        other.ShouldNotBe(before);

        static int LeaderOf(IAdminClient admin) => admin.GetMetadata(KafkaTopics.Reservations.Name, Patience).Topics.Single().Partitions.Single(one => one.PartitionId == 0).Leader;
    }

    [Fact]
    public async Task CoordinatorMoved_TheGroupGoesOn()
    {
        using KafkaMockCluster cluster = new();
        cluster.SetCoordinator("test", 1);
        using IConsumer<string, string> consumer = new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = cluster.BootstrapServers,
            GroupId = "test",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            FetchWaitMaxMs = 10,
        }).Build();
        consumer.Subscribe(KafkaTopics.Reservations.Name);
        await ProduceAsync(cluster, "before");
        consumer.Consume(Patience).ShouldNotBeNull().Message.Value.ShouldBe("before");

        cluster.SetCoordinator("test", 2);
        await ProduceAsync(cluster, "after");

        consumer.Consume(Patience).ShouldNotBeNull().Message.Value.ShouldBe("after");
        consumer.Close();
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
