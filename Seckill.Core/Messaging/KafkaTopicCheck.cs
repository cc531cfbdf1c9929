using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Seckill.Core.Messaging;

/// <summary>Holds the broker's topics against <see cref="KafkaTopics"/>: a topic with too few partitions or copies, or that forgets too soon, loses orders months later; better to say so at start.</summary>
public static class KafkaTopicCheck
{
    private const string Retention = "retention.ms";
    private const string Cleanup = "cleanup.policy";
    private const string MinInSync = "min.insync.replicas";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Asks the broker and compares.</summary>
    /// <exception cref="KafkaException">The cluster does not answer.</exception>
    public static async Task<KafkaTopicReport> RunAsync(IAdminClient admin)
    {
        await Task.Yield(); // The library blocks.
        Metadata metadata = admin.GetMetadata(Timeout);
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? settings = null;
        try
        {
            List<DescribeConfigsResult> described = await admin.DescribeConfigsAsync(
                KafkaTopics.All.Where(topic => metadata.Topics.Exists(found => found.Topic == topic.Name)).Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic.Name }),
                new DescribeConfigsOptions { RequestTimeout = Timeout });
            settings = described.ToDictionary(
                topic => topic.ConfigResource.Name, IReadOnlyDictionary<string, string> (topic) => topic.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Value));
        }
        catch (KafkaException)
        {
            // The mock cluster has no such request, and a broker may forbid it: names, partitions and copies are what can be checked then.
        }

        return new KafkaTopicReport(Compare(Shapes(metadata), settings), SettingsChecked: settings is not null);
    }

    /// <summary>Compares; the texts name topic, what it has and what it must have.</summary>
    /// <param name="found">Partitions and copies of each topic that exists.</param>
    /// <param name="settings">Settings by topic; null when the broker does not tell.</param>
    internal static IReadOnlyList<string> Compare(
        IReadOnlyDictionary<string, (int Partitions, int Copies)> found, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? settings)
    {
        List<string> differences = [];
        foreach (KafkaTopic topic in KafkaTopics.All)
        {
            if (!found.TryGetValue(topic.Name, out (int Partitions, int Copies) shape))
            {
                differences.Add($"{topic.Name} does not exist");
                continue;
            }

            Expect(topic, "partitions", shape.Partitions, topic.Partitions);
            if (shape.Copies < topic.ReplicationFactor)
            {
                differences.Add($"{topic.Name} has {shape.Copies} copies, not {topic.ReplicationFactor}");
            }

            if (settings?.GetValueOrDefault(topic.Name) is { } configured)
            {
                Setting(topic, configured, Retention, ((long)topic.Retention.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
                Setting(topic, configured, Cleanup, topic.CleanupPolicy);
                Setting(topic, configured, MinInSync, topic.MinInSyncReplicas.ToString(CultureInfo.InvariantCulture));
            }
        }

        return differences;

        void Expect(KafkaTopic topic, string what, int has, int must)
        {
            if (has != must)
            {
                differences.Add($"{topic.Name} has {has} {what}, not {must}");
            }
        }

        void Setting(KafkaTopic topic, IReadOnlyDictionary<string, string> configured, string name, string must)
        {
            if (configured.GetValueOrDefault(name) is { } has && has != must)
            {
                differences.Add($"{topic.Name} has {name}={has}, not {must}");
            }
        }
    }

    private static Dictionary<string, (int Partitions, int Copies)> Shapes(Metadata metadata) => metadata.Topics
        .Where(topic => !topic.Error.IsError)
        .ToDictionary(topic => topic.Topic, topic => (topic.Partitions.Count, topic.Partitions.Select(partition => partition.Replicas.Length).DefaultIfEmpty().Min()));
}
