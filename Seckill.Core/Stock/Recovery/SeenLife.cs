namespace Seckill.Core.Stock.Recovery;

/// <summary>A bucket as it was last known to be whole.</summary>
/// <param name="RunId">Which life of which server held it.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="Version">The highest version seen in that epoch.</param>
internal sealed record SeenLife(string RunId, long Epoch, long Version);
