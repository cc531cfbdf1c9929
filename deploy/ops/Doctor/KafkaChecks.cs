using Confluent.Kafka;
using Seckill.Core.Messaging;

namespace Seckill.Ops.Doctor;

/// <summary>Brokers and topics.</summary>
internal sealed class KafkaChecks(KafkaClients clients)
{
    private const string Area = "kafka";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>All of them; one only when no broker answers.</summary>
    public async Task<IReadOnlyList<Finding>> RunAsync()
    {
        using IAdminClient admin = clients.BuildAdmin("seckill-ops");
        try
        {
            Metadata metadata = await Task.Run(() => admin.GetMetadata(Timeout));
            KafkaTopicReport report = await KafkaTopicCheck.RunAsync(admin);
            int leaderless = metadata.Topics.Where(topic => KafkaTopics.All.Any(known => known.Name == topic.Topic)).Sum(topic => topic.Partitions.Count(partition => partition.Leader < 0));
            return
            [
                new Finding(Area, "answers", Verdict.Ok, $"{metadata.Brokers.Count} brokers"),
                Finding.Of(Area, "brokers", metadata.Brokers.Count >= 3, Verdict.Warning, $"{metadata.Brokers.Count}", "three brokers: with three copies and a minimum of two in sync, one may die while another is maintained"),
                .. report.Differences.Count == 0
                    ? [new Finding(Area, "topics", Verdict.Ok, $"{KafkaTopics.All.Count}, as the engine needs them")]
                    : report.Differences.Select(difference => new Finding(Area, "topics", Verdict.Wrong, difference, "create or alter it as './seckill kafka topics' and docs/operations.md say; partitions are never lowered")),
                Finding.Of(Area, "leaders", leaderless == 0, Verdict.Wrong, leaderless == 0 ? "every partition has one" : $"{leaderless} partitions have none", "bring the missing brokers back: reservations wait in Redis meanwhile"),
                report.SettingsChecked
                    ? new Finding(Area, "retention, cleanup, in-sync minimum", Verdict.Ok, "told, and compared with the topics above")
                    : new Finding(Area, "retention, cleanup, in-sync minimum", Verdict.NotLooked, "these brokers do not tell", "allow DescribeConfigs to this user; the local stack's mock cluster has no such settings"),
            ];
        }
        catch (KafkaException away)
        {
            return [new Finding(Area, "answers", Verdict.Wrong, away.Error.Reason, "start Kafka, or correct SECKILL__KAFKA (host:port,host:port); grabs go on without it until the outbox is full")];
        }
    }
}
