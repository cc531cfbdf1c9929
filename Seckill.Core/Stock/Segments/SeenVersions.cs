using System.Collections.Concurrent;

namespace Seckill.Core.Stock.Segments;

/// <summary>The latest life of each part of segmented SKUs that this process has seen, and its highest version in it. Both only rise, so a part that shows less has lost writes. Thread-safe.</summary>
/// <remarks>Remembers <see cref="MaxParts"/> parts; past that it forgets all, which weakens the fence until they are seen again and does nothing else.</remarks>
internal sealed class SeenVersions
{
    /// <summary>Parts remembered: those of 150 items of 64 buckets.</summary>
    public const int MaxParts = 10_000;

    private readonly ConcurrentDictionary<StockBucket, (long Epoch, long Version)> _seen = new();

    /// <summary>What was seen of a part; zeros for nothing.</summary>
    public (long Epoch, long Version) Of(StockBucket part) => _seen.GetValueOrDefault(part);

    /// <summary>Notes what a part has shown; what is not whole says nothing.</summary>
    public void Note(StockBucket part, long epoch, long version)
    {
        if (epoch <= 0 || version <= 0)
        {
            return;
        }

        if (_seen.Count >= MaxParts && !_seen.ContainsKey(part))
        {
            _seen.Clear();
        }

        _seen.AddOrUpdate(part, static (_, now) => now, static (_, before, now) => now.CompareTo(before) > 0 ? now : before, (epoch, version));
    }
}
