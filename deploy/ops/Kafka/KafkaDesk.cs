using Confluent.Kafka;
using Seckill.Core.Messaging;
using Seckill.Ops.Connection;

namespace Seckill.Ops.Kafka;

/// <summary>The questions of the <c>kafka</c> commands. One caller at a time; the calls block.</summary>
/// <remarks>Every method throws an <see cref="OpsException"/> with <see cref="OpsException.ServerAway"/> when no broker answers.</remarks>
internal sealed class KafkaDesk(KafkaClients clients, string bootstrap) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly IAdminClient _admin = clients.BuildAdmin("seckill-ops");

    public void Dispose() => _admin.Dispose();

    /// <summary>The engine's groups, and others that the brokers tell of.</summary>
    /// <returns>And whether the brokers told: the mock cluster of the local stack does not know the question, and then only the engine's groups are listed, by their offsets.</returns>
    public (IReadOnlyList<GroupView> Groups, bool Told) ListGroups() => Ask(() =>
    {
        _ = _admin.GetMetadata(Timeout); // Away is another matter than not telling.
        List<GroupInfo>? told = AskBrokers();
        List<GroupView> groups = [.. EngineGroup.All.Select(group => View(group, told))];
        groups.AddRange((told ?? []).Where(other => EngineGroup.Find(other.Group) is null).OrderBy(other => other.Group, StringComparer.Ordinal)
            .Select(other => new GroupView(other.Group, string.Empty, other.State, Clients(other), null)));
        return ((IReadOnlyList<GroupView>)groups, told is not null);
    });

    /// <summary>Who is in a group, by client id; null when the brokers do not tell.</summary>
    public IReadOnlyList<string>? MembersOf(string group) => AskBrokers()?.Where(one => one.Group == group).SelectMany(Clients).ToList();

    /// <summary>Where a group stands, partition by partition.</summary>
    public IReadOnlyList<PartitionState> ReadStates(EngineGroup group) => Ask(() =>
    {
        using IConsumer<byte[]?, byte[]> reader = clients.BuildReader("seckill-ops", group.Name);
        return ReadStates(reader, group.Topics.SelectMany(topic => PartitionsOf(topic.Name)));
    });

    /// <summary>The engine's topics.</summary>
    /// <returns>And whether the brokers told retention, cleanup policy and minimum of in-sync copies.</returns>
    public async Task<(IReadOnlyList<TopicView> Topics, bool SettingsChecked)> ListTopicsAsync()
    {
        try
        {
            Metadata metadata = Ask(() => _admin.GetMetadata(Timeout));
            KafkaTopicReport report = await KafkaTopicCheck.RunAsync(_admin);
            return ([.. KafkaTopics.All.Select(topic => View(topic, metadata, report))], report.SettingsChecked);
        }
        catch (KafkaException away)
        {
            throw Away(away);
        }
    }

    /// <summary>What the engine's topics hold. Messages, not bytes: those stand in the brokers' log directories, which this client library cannot ask for.</summary>
    public IReadOnlyList<TopicSize> ListSizes() => Ask(() =>
    {
        using IConsumer<byte[]?, byte[]> reader = clients.BuildReader("seckill-ops", "seckill.ops-sizes");
        List<TopicSize> sizes = [];
        foreach (KafkaTopic topic in KafkaTopics.All)
        {
            WatermarkOffsets[] ends = [.. PartitionsOf(topic.Name).Select(partition => reader.QueryWatermarkOffsets(partition, Timeout))];
            long[] counts = [.. ends.Select(end => end.High.Value - end.Low.Value)];
            sizes.Add(new TopicSize(topic.Name, ends.Length, counts.Sum(), counts.DefaultIfEmpty().Max(), ends.Sum(end => end.High.Value)));
        }

        return sizes;
    });

    /// <summary>Where a consumer's group stands in these partitions.</summary>
    public static IReadOnlyList<PartitionState> ReadStates(IConsumer<byte[]?, byte[]> reader, IEnumerable<TopicPartition> partitions) =>
        [.. reader.Committed(partitions, Timeout).Select(committed =>
        {
            WatermarkOffsets ends = reader.QueryWatermarkOffsets(committed.TopicPartition, Timeout);
            return new PartitionState(
                committed.Topic, committed.Partition.Value, ends.Low.Value, ends.High.Value, committed.Offset.Value >= 0 ? committed.Offset.Value : null);
        })];

    /// <summary>Runs a question; a cluster that is away becomes the operator's sentence.</summary>
    public T Ask<T>(Func<T> question)
    {
        try
        {
            return question();
        }
        catch (KafkaException away)
        {
            throw Away(away);
        }
    }

    private OpsException Away(KafkaException away) => away.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition
        ? new OpsException($"Kafka at {bootstrap} lacks a topic of the engine ({away.Error.Reason}); './seckill kafka topics' says which.")
        : OpsException.Away("Kafka", bootstrap, away.Error.Reason);

    private GroupView View(EngineGroup group, List<GroupInfo>? told)
    {
        GroupInfo? info = told?.Find(one => one.Group == group.Name);
        return new GroupView(group.Name, group.Purpose, told is null ? null : info?.State ?? "no such group", told is null ? null : info is null ? [] : Clients(info), ReadStates(group).Sum(state => state.Lag));
    }

    private static TopicView View(KafkaTopic topic, Metadata metadata, KafkaTopicReport report)
    {
        List<PartitionMetadata> partitions = metadata.Topics.Find(found => found.Topic == topic.Name && !found.Error.IsError)?.Partitions ?? [];
        return new TopicView(
            topic.Name,
            partitions.Count,
            partitions.Select(partition => partition.Replicas.Length).DefaultIfEmpty().Min(),
            partitions.Select(partition => partition.InSyncReplicas.Length).DefaultIfEmpty().Min(),
            partitions.Count(partition => partition.Leader < 0),
            [.. report.Differences.Where(text => text.StartsWith($"{topic.Name} ", StringComparison.Ordinal)).Select(text => text[(topic.Name.Length + 1)..])]);
    }

    // The mock cluster has no such request, and a broker may forbid it.
    private List<GroupInfo>? AskBrokers()
    {
        try
        {
            return _admin.ListGroups(Timeout);
        }
        catch (KafkaException)
        {
            return null;
        }
    }

    private static List<string> Clients(GroupInfo group) => [.. group.Members.Select(member => member.ClientId)];

    private IEnumerable<TopicPartition> PartitionsOf(string topic) => (_admin.GetMetadata(topic, Timeout).Topics is [{ Error.IsError: false } found]
            ? found.Partitions
            : throw new KafkaException(new Error(ErrorCode.UnknownTopicOrPart, $"{topic} does not exist")))
        .Select(partition => new TopicPartition(topic, partition.PartitionId));
}
