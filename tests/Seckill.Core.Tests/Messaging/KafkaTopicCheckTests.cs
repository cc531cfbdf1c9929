using Seckill.Core.Messaging;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Messaging;

public sealed class KafkaTopicCheckTests
{
    private readonly Dictionary<string, (int Partitions, int Copies)> _found = KafkaTopics.All.ToDictionary(topic => topic.Name, topic => (topic.Partitions, (int)topic.ReplicationFactor));

    [Fact]
    public void TopicsAsTheyMustBe_NoDifference() => KafkaTopicCheck.Compare(_found, settings: null).ShouldBeEmpty();

    [Fact]
    public void EachDifference_NamesTopicAndWhatItMustBe()
    {
        _found.Remove("seckill.dead-letters");
        _found["seckill.reservations"] = (4, 1);
        Dictionary<string, IReadOnlyDictionary<string, string>> settings = new()
        {
            ["seckill.retry.1s"] = new Dictionary<string, string> { ["retention.ms"] = "1000", ["cleanup.policy"] = "compact", ["min.insync.replicas"] = "1" },
            ["seckill.retry.5s"] = new Dictionary<string, string> { ["retention.ms"] = "604800000", ["cleanup.policy"] = "delete", ["min.insync.replicas"] = "2", ["other"] = "x" },
        };

        KafkaTopicCheck.Compare(_found, settings).ShouldBe(
            [
                "seckill.dead-letters does not exist", "seckill.reservations has 4 partitions, not 12", "seckill.reservations has 1 copies, not 3",
                "seckill.retry.1s has retention.ms=1000, not 604800000", "seckill.retry.1s has cleanup.policy=compact, not delete", "seckill.retry.1s has min.insync.replicas=1, not 2",
            ],
            ignoreOrder: true);
    }
}
