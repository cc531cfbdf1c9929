using System.Diagnostics.CodeAnalysis;

namespace Seckill.Local.Servers;

/// <summary>Kinds of Kafka requests whose answers can be made to fail; numbers are the protocol's API keys.</summary>
[SuppressMessage("Design", "CA1008", Justification = "The protocol gives 0 to Produce.")]
public enum KafkaApi
{
    Produce = 0,
    Fetch = 1,
    ListOffsets = 2,
    Metadata = 3,
    OffsetCommit = 8,
    OffsetFetch = 9,
    FindCoordinator = 10,
    JoinGroup = 11,
    Heartbeat = 12,
    LeaveGroup = 13,
    SyncGroup = 14,
    InitProducerId = 22,
}
