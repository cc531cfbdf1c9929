using System.Collections.Concurrent;
using Seckill.Core.Stock.Segments;

namespace Seckill.Core.Stock;

/// <summary>How many units are left, for showing: at most <see cref="MaxAge"/> old, and asked once however many want to know.</summary>
/// <remarks>Thread-safe. At most <see cref="MaxBuckets"/> hints are kept; past that all are forgotten and asked anew.</remarks>
public sealed class StockHints(StockStore stock, SegmentStore segmentStore, TimeProvider time)
{
    /// <summary>Hints kept.</summary>
    public const int MaxBuckets = 10_000;

    private readonly ConcurrentDictionary<StockSegments, Hint> _hints = new();

    /// <summary>How old a hint may be: 500 ms.</summary>
    public static TimeSpan MaxAge { get; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Units left of an SKU; null when it is not in Redis, or Redis is away.</summary>
    public Task<long?> LeftAsync(StockSegments segments)
    {
        if (_hints.TryGetValue(segments, out Hint? hint) && time.GetElapsedTime(hint.AskedAt) < MaxAge)
        {
            return hint.Left.Value;
        }

        if (_hints.Count >= MaxBuckets)
        {
            _hints.Clear();
        }

        // Of several that find the hint old at once, one replaces it and all await the same answer.
        Hint fresh = new(time.GetTimestamp(), new Lazy<Task<long?>>(() => AskAsync(segments)));
        bool replaced = hint is null ? _hints.TryAdd(segments, fresh) : _hints.TryUpdate(segments, fresh, hint);
        return replaced || !_hints.TryGetValue(segments, out Hint? newer) ? fresh.Left.Value : newer.Left.Value;
    }

    private async Task<long?> AskAsync(StockSegments segments)
    {
        try
        {
            if (segments.IsSegmented)
            {
                SegmentsLook look = await segmentStore.LookAsync(segments);
                return look.IsOpen ? look.Left : null;
            }

            return (await stock.ReadAsync(segments[0]))?.Left;
        }
        catch (StockUnavailableException)
        {
            return null;
        }
    }

    private sealed record Hint(long AskedAt, Lazy<Task<long?>> Left);
}
