namespace Seckill.Ops.Kafka;

/// <summary>Where a group stands in one partition.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">Its number.</param>
/// <param name="Low">The oldest offset that the broker has.</param>
/// <param name="End">The offset that the next message gets.</param>
/// <param name="Committed">What the group has committed; null when nothing.</param>
internal sealed record PartitionState(string Topic, int Partition, long Low, long End, long? Committed)
{
    /// <summary>Where the group goes on: what it committed, or the oldest when it committed nothing, or something that the broker no longer has or does not have yet.</summary>
    public long Next => Committed is { } committed && committed >= Low && committed <= End ? committed : Low;

    /// <summary>Messages that are not finished.</summary>
    public long Lag => End - Next;

    /// <summary>What is odd about it; empty when nothing.</summary>
    public string Note => Committed switch
    {
        null => "nothing committed",
        { } committed when committed < Low => $"{Low - committed} forgotten by the broker unread",
        { } committed when committed > End => "committed beyond the end: this broker began anew",
        _ => string.Empty,
    };
}
