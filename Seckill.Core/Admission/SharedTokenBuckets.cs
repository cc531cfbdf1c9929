using System.Collections.Concurrent;
using StackExchange.Redis;

namespace Seckill.Core.Admission;

/// <summary>Token buckets that all nodes share, one per key: a rate that holds over the whole system for a sale, or for whatever else has a key.</summary>
/// <typeparam name="TKey">What is limited.</typeparam>
/// <param name="keyOf">The Redis key of a bucket, with a hash tag.</param>
/// <param name="lend">Asks the shared bucket.</param>
/// <param name="absence">Whether that can be asked.</param>
/// <param name="nodes">Nodes that share a rate while Redis is away, at least 1.</param>
/// <param name="maxKeys">Keys that are held at a time, at least 1. One more, and the one that was unused for longest is forgotten: the truth is in Redis, so that costs its leased tokens.</param>
/// <param name="time">Clock of the leases; only its timestamps count.</param>
/// <remarks>Thread-safe. A take costs a look-up and a compare-and-swap; see <see cref="SharedTokenBucket"/>.</remarks>
internal sealed class SharedTokenBuckets<TKey>(Func<TKey, RedisKey> keyOf, TokenLender lend, RedisAbsence absence, int nodes, int maxKeys, TimeProvider time)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, SharedTokenBucket> _buckets = new();
    private readonly Lock _gate = new();

    /// <summary>Keys that are held now.</summary>
    public int Count => _buckets.Count;

    /// <summary>Takes a token.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="rate">The bucket's settings now. A change takes effect with the next question, and costs the leased tokens.</param>
    /// <returns>Zero when there was one; else how long until the next.</returns>
    public ValueTask<TimeSpan> TakeAsync(TKey key, TokenRate rate)
    {
        SharedTokenBucket bucket = _buckets.TryGetValue(key, out SharedTokenBucket? known) && known.Rate == rate ? known : Replace(key, rate);
        return bucket.TakeAsync();
    }

    /// <summary>Gives a token back that was taken for nothing.</summary>
    public void GiveBack(TKey key)
    {
        if (_buckets.TryGetValue(key, out SharedTokenBucket? bucket))
        {
            bucket.GiveBack();
        }
    }

    /// <summary>Forgets keys that are no longer wanted.</summary>
    public void Forget(Func<TKey, bool> isWanted)
    {
        foreach (TKey key in _buckets.Keys)
        {
            if (!isWanted(key))
            {
                Remove(key);
            }
        }
    }

    private SharedTokenBucket Replace(TKey key, TokenRate rate)
    {
        lock (_gate)
        {
            if (_buckets.TryGetValue(key, out SharedTokenBucket? known) && known.Rate == rate)
            {
                return known;
            }

            Remove(key);
            if (_buckets.Count >= maxKeys)
            {
                Remove(_buckets.MinBy(bucket => bucket.Value.UsedAt).Key);
            }

            return _buckets[key] = new SharedTokenBucket(keyOf(key), rate, nodes, lend, absence, time);
        }
    }

    // Not disposed: somebody may still be taking from it. What it holds is memory.
    private void Remove(TKey key) => _buckets.TryRemove(key, out _);
}
