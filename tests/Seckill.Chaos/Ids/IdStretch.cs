namespace Seckill.Chaos.Ids;

/// <summary>Ids that one node made one after another with one worker id, shard bits left out.</summary>
internal readonly record struct IdStretch(int Worker, long First, long Last);
