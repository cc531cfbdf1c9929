namespace Seckill.Ops.Kafka;

/// <summary>What a topic holds, by the offsets of its partitions.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Partitions">How many.</param>
/// <param name="Messages">Offsets between the oldest and the end, all partitions together. Compaction and transactions leave holes; the engine's topics have neither.</param>
/// <param name="Largest">The same of the partition that holds most: far above the average, a key is hot.</param>
/// <param name="Written">Offsets given out since the topic began.</param>
internal sealed record TopicSize(string Name, int Partitions, long Messages, long Largest, long Written);
