using Confluent.Kafka;
using Seckill.Core.Messaging;
using Seckill.Ops.Connection;

namespace Seckill.Ops.Kafka;

/// <summary>Moves the committed offsets of a consumer group that nobody is in.</summary>
/// <remarks>
/// It joins the group itself, and commits only when the group has given it every partition: then nobody else is in it, and should somebody join before the commit, the commit belongs to a former generation
/// and the broker refuses it. So there is no moment in which a running consumer's offsets are moved under it. Joining is also all that can be asked of a broker that does not tell who is in a group (the mock
/// cluster); where the broker tells, it is asked first, so that members are not disturbed by a rebalance.
/// </remarks>
internal sealed class OffsetReset(KafkaClients clients, KafkaDesk desk, EngineGroup group)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan JoinDeadline = TimeSpan.FromSeconds(20);

    /// <summary>What a reset would do; nothing is changed.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="topic">Only this topic of the group; null for all.</param>
    /// <param name="partition">Only this partition; null for all.</param>
    public IReadOnlyList<OffsetMove> Plan(OffsetTarget target, string? topic, int? partition)
    {
        IReadOnlyList<PartitionState> states = [.. desk.ReadStates(group).Where(state => (topic is null || state.Topic == topic) && (partition is null || state.Partition == partition))];
        return states.Count == 0
            ? throw new OpsException($"{group.Name} reads no such partition; its topics are {string.Join(", ", group.Topics.Select(one => one.Name))}.")
            : desk.Ask(() => Plan(target, states));
    }

    /// <summary>Carries it out.</summary>
    /// <exception cref="OpsException">Somebody is in the group: nothing was changed.</exception>
    public async Task CommitAsync(IReadOnlyList<OffsetMove> moves, CancellationToken stop)
    {
        if (desk.MembersOf(group.Name) is { Count: > 0 } members)
        {
            throw Refuse($"{members.Count} members ({string.Join(", ", members.Distinct())})");
        }

        int all = desk.ReadStates(group).Count;
        int? share = null;
        await using GroupConsumer member = clients.Join("seckill-ops", group.Name, group.Topics.Select(topic => topic.Name), partitions => share = (share ?? 0) + partitions.Count);
        long started = TimeProvider.System.GetTimestamp();
        while (share != all)
        {
            try
            {
                // Only to drive the join: what comes with the share is neither stored nor committed.
                member.Client.Consume(TimeSpan.FromMilliseconds(100));
            }
            catch (ConsumeException fault) when (!fault.Error.IsFatal)
            {
                // A broker on its way; the deadline decides.
            }

            stop.ThrowIfCancellationRequested();
            // Alone in a group one is given everything at once.
            if (share < all)
            {
                throw Refuse($"members that hold {all - share} of its {all} partitions");
            }

            if (TimeProvider.System.GetElapsedTime(started) > JoinDeadline)
            {
                throw Refuse("members, or a coordinator that let nobody in within 20 s");
            }
        }

        try
        {
            member.Client.Commit(moves.Select(move => new TopicPartitionOffset(move.Before.Topic, move.Before.Partition, move.After)));
        }
        catch (KafkaException refused)
        {
            throw new OpsException($"The broker refused the new offsets, and nothing was changed: {refused.Error.Reason}");
        }
    }

    private OpsException Refuse(string what) => new($"{group.Name} has {what}: stop the Workers first. Nothing was changed.");

    private List<OffsetMove> Plan(OffsetTarget target, IReadOnlyList<PartitionState> states)
    {
        using IConsumer<byte[]?, byte[]> reader = clients.BuildReader("seckill-ops", "seckill.ops-times");
        return [.. states.Select(state => new OffsetMove(state, target.Kind switch
        {
            OffsetTargetKind.Earliest => state.Low,
            OffsetTargetKind.Latest => state.End,
            OffsetTargetKind.Offset => Math.Clamp(target.Number, state.Low, state.End),
            _ => FirstAt(reader, state, target.At),
        }))];
    }

    /// <summary>The first message at or after a time, found by halving: a message is read at each step, so it works on any broker, also on one that keeps no index by time.</summary>
    private static long FirstAt(IConsumer<byte[]?, byte[]> reader, PartitionState state, DateTimeOffset at)
    {
        (long low, long high) = (state.Low, state.End);
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            reader.Assign(new TopicPartitionOffset(state.Topic, state.Partition, middle));
            ConsumeResult<byte[]?, byte[]> found = reader.Consume(Timeout)
                ?? throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"no message at {state.Topic}/{state.Partition} offset {middle} within 5 s"));
            if (found.Message.Timestamp.UtcDateTime < at.UtcDateTime)
            {
                // What was read may lie behind the middle, where retention or compaction has made a hole.
                low = Math.Max(middle, found.Offset.Value) + 1;
            }
            else
            {
                high = middle;
            }
        }

        reader.Unassign();
        return low;
    }
}
