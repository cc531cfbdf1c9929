using Seckill.Core.Stock.Segments;
using StackExchange.Redis;

namespace Seckill.Core.Stock.Recovery;

/// <summary>The SKUs of one run of the recovery. A node of a cluster that is away takes its own SKUs along and no other: they leave the run, and the next one finds them as they are.</summary>
/// <remarks>Not thread-safe: one step after another.</remarks>
internal sealed class RecoveryRun
{
    private readonly List<RecoveringSku> _skus;
    private readonly List<RecoveringSku> _left = [];
    private Exception? _fault;

    /// <param name="buckets">The buckets to be recovered.</param>
    /// <param name="guards">All that is watched. A bucket that is not, for its sale has been over for too long, is taken alone.</param>
    public RecoveryRun(IEnumerable<StockBucket> buckets, IEnumerable<GuardedBucket> guards)
    {
        Dictionary<StockBucket, StockSegments> segments = guards.ToDictionary(guarded => guarded.Bucket, guarded => guarded.Segments);
        _skus =
        [
            .. buckets.GroupBy(bucket => segments.TryGetValue(bucket, out StockSegments whole) ? whole : new StockSegments(bucket.Sale, bucket.Sku, 1))
                .Select(sku => new RecoveringSku(sku.Key, sku.Key.IsSegmented ? [.. sku.Key.Everything] : [.. sku])),
        ];
    }

    /// <summary>Takes a step with all that are still in the run at once.</summary>
    public async Task AllAsync(Func<RecoveringSku, Task> step)
    {
        Exception?[] faults = await Task.WhenAll(_skus.Select(sku => TryAsync(sku, step)));
        foreach ((RecoveringSku sku, Exception? fault) in _skus.Zip(faults).ToArray())
        {
            LeaveOn(fault, sku);
        }
    }

    /// <summary>Takes a step with those that are still in the run, one after another.</summary>
    public async Task EachAsync(Func<RecoveringSku, Task> step)
    {
        foreach (RecoveringSku sku in _skus.ToArray())
        {
            LeaveOn(await TryAsync(sku, step), sku);
        }
    }

    /// <summary>Says which SKUs had to be left.</summary>
    /// <exception cref="StockUnavailableException">There are some.</exception>
    public void ThrowIfAnyWasLeft()
    {
        if (_fault is not null)
        {
            throw new StockUnavailableException($"{_left.Count} SKUs wait for a node that does not answer, {_left[0].Parts[0]} among them.", outcomeUnknown: false, _fault);
        }
    }

    private void LeaveOn(Exception? fault, RecoveringSku sku)
    {
        if (fault is not null)
        {
            _fault ??= fault;
            _skus.Remove(sku);
            _left.Add(sku);
        }
    }

    private static async Task<Exception?> TryAsync(RecoveringSku sku, Func<RecoveringSku, Task> step)
    {
        try
        {
            await step(sku);
            return null;
        }
        catch (Exception fault) when (fault is StockUnavailableException or RedisException or TimeoutException)
        {
            return fault;
        }
    }
}
