namespace Seckill.Ops.Kafka;

/// <summary>What an <see cref="OffsetTarget"/> names.</summary>
internal enum OffsetTargetKind
{
    /// <summary>Nothing that can be understood.</summary>
    None,

    /// <summary>The oldest message that the broker has.</summary>
    Earliest,

    /// <summary>Behind the last message.</summary>
    Latest,

    /// <summary>An offset, in each partition moved into what the broker has.</summary>
    Offset,

    /// <summary>The first message at or after a time.</summary>
    Timestamp,
}
