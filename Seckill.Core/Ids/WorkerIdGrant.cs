namespace Seckill.Core.Ids;

/// <summary>The right to make ids with one worker id for a stretch of time. No two grants of one worker id overlap, so their ids cannot be the same, however late they are made.</summary>
/// <param name="Worker">0 to 255.</param>
/// <param name="AfterMs">Ids carry later times than this (Unix ms): former holders may have used it.</param>
/// <param name="UntilMs">Ids carry this time (Unix ms) at most: the next holder begins after it.</param>
public sealed record WorkerIdGrant(int Worker, long AfterMs = 0, long UntilMs = long.MaxValue);
