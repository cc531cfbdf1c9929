namespace Seckill.Ops.Kafka;

/// <summary>One partition's part in a reset.</summary>
/// <param name="Before">Where the group stands.</param>
/// <param name="After">The offset that it is to go on at.</param>
internal sealed record OffsetMove(PartitionState Before, long After)
{
    /// <summary>Messages that are delivered again; negative when they are passed over.</summary>
    public long Repeated => Before.Next - After;
}
