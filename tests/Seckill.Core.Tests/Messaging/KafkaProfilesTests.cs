using Confluent.Kafka;
using Seckill.Core.Messaging;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Messaging;

public sealed class KafkaProfilesTests
{
    public static TheoryData<KafkaProfile> Profiles => [.. Enum.GetValues<KafkaProfile>()];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void EveryProducer_KeepsWhatWasAcknowledged_AndIsBounded(KafkaProfile profile)
    {
        ProducerConfig config = KafkaProfiles.Producer(profile, "a:1,b:2", "client");

        (config.BootstrapServers, config.ClientId).ShouldBe(("a:1,b:2", "client"));
        config.Acks.ShouldBe(Acks.All);
        config.EnableIdempotence.ShouldBe(true);
        config.RequestTimeoutMs.ShouldNotBeNull().ShouldBeLessThan(config.MessageTimeoutMs.ShouldNotBeNull());
        config.LingerMs.ShouldNotBeNull().ShouldBeLessThan(config.RequestTimeoutMs.Value);
        config.QueueBufferingMaxMessages.ShouldNotBeNull();
        config.QueueBufferingMaxKbytes.ShouldNotBeNull();
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void EveryConsumer_SkipsNothing_AndCommitsOnlyFinishedWork(KafkaProfile profile)
    {
        ConsumerConfig config = KafkaProfiles.Consumer(profile, "a:1", "client", "group");

        (config.BootstrapServers, config.ClientId, config.GroupId).ShouldBe(("a:1", "client", "group"));
        config.AutoOffsetReset.ShouldBe(AutoOffsetReset.Earliest);
        config.EnableAutoOffsetStore.ShouldBe(false);
        config.AllowAutoCreateTopics.ShouldBe(false);
        // Kafka's own rule: three heartbeats fit into a session, and a session into the poll interval.
        (3 * config.HeartbeatIntervalMs).ShouldNotBeNull().ShouldBeLessThanOrEqualTo(config.SessionTimeoutMs.ShouldNotBeNull());
        config.SessionTimeoutMs.Value.ShouldBeLessThanOrEqualTo(config.MaxPollIntervalMs.ShouldNotBeNull());
        config.QueuedMaxMessagesKbytes.ShouldNotBeNull();
    }

    [Fact]
    public void Profiles_TradeDelayForThroughput()
    {
        double?[] lingers = [.. ByDelay().Select(profile => KafkaProfiles.Producer(profile, "a:1", "c").LingerMs)];
        int?[] waits = [.. ByDelay().Select(profile => KafkaProfiles.Consumer(profile, "a:1", "c", "g").FetchWaitMaxMs)];

        lingers.ShouldBeInOrder(SortDirection.Ascending);
        lingers.Distinct().Count().ShouldBe(3);
        waits.ShouldBeInOrder(SortDirection.Ascending);
        waits.Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public void Topics_SurviveTheLossOfABroker_AndHaveOneNameEach()
    {
        KafkaTopics.All.ShouldAllBe(topic => topic.MinInSyncReplicas > 1 && topic.ReplicationFactor > topic.MinInSyncReplicas && topic.Partitions > 0);
        KafkaTopics.All.Select(topic => topic.Name).ShouldBeUnique();
    }

    private static KafkaProfile[] ByDelay() => [KafkaProfile.LowLatency, KafkaProfile.Reliable, KafkaProfile.HighThroughput];
}
