using System.Collections.Concurrent;

namespace Seckill.Core.Stock;

/// <summary>How many units are left, for showing: at most <see cref="MaxAge"/> old, and asked once however many want to know.</summary>
/// <remarks>Thread-safe. At most <see cref="MaxBuckets"/> hints are kept; past that all are forgotten and asked anew.</remarks>
public sealed class StockHints(StockStore stock, TimeProvider time)
{
    /// <summary>Hints kept.</summary>
    public const int MaxBuckets = 10_000;

    private readonly ConcurrentDictionary<StockBucket, Hint> _hints = new();

    /// <summary>How old a hint may be: 500 ms.</summary>
    public static TimeSpan MaxAge { get; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Units left; null when the bucket does not exist or Redis is away.</summary>
    public Task<long?> LeftAsync(StockBucket bucket)
    {
        if (_hints.TryGetValue(bucket, out Hint? hint) && time.GetElapsedTime(hint.AskedAt) < MaxAge)
        {
            return hint.Left.Value;
        }

        if (_hints.Count >= MaxBuckets)
        {
            _hints.Clear();
        }

        // Of several that find the hint old at once, one replaces it and all await the same answer.
        Hint fresh = new(time.GetTimestamp(), new Lazy<Task<long?>>(() => AskAsync(bucket)));
        bool replaced = hint is null ? _hints.TryAdd(bucket, fresh) : _hints.TryUpdate(bucket, fresh, hint);
        return replaced || !_hints.TryGetValue(bucket, out Hint? newer) ? fresh.Left.Value : newer.Left.Value;
    }

    private async Task<long?> AskAsync(StockBucket bucket)
    {
        try
        {
            return (await stock.ReadAsync(bucket))?.Left;
        }
        catch (StockUnavailableException)
        {
            return null;
        }
    }

    private sealed record Hint(long AskedAt, Lazy<Task<long?>> Left);
}
