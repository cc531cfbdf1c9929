using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;
using StackExchange.Redis;

namespace Seckill.Core.Stock.Recovery;

/// <summary>Watches every bucket that must be in Redis, closes those that are not what they were, and has them recovered. Runs in every Worker.</summary>
/// <remarks>
/// Two loops. The watch only looks and fences: fast, without a lock, and harmless when several do it. The other one takes MySQL's lock and carries the recovery out, see
/// <see cref="BucketRecovery"/>. Where things stand is read from Redis and MySQL alone, so whoever gets the lock next goes on where a killed runner stopped.
/// </remarks>
public sealed class StockGuardian : BackgroundService
{
    // Longer is not waited for before Redis is looked at again.
    private static readonly TimeSpan LongestListing = TimeSpan.FromSeconds(1);

    private readonly RecoveryStore _store;
    private readonly StockStore _stock;
    private readonly BucketRebuild _rebuild;
    private readonly BucketRecovery _recovery;
    private readonly SchemaGate _schema;
    private readonly RecoveryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<StockGuardian> _log;
    private readonly ConcurrentDictionary<StockBucket, byte> _fenced = new();
    private readonly ConcurrentDictionary<StockBucket, byte> _late = new();
    private readonly Dictionary<StockBucket, SeenLife> _noted = [];
    private IReadOnlyList<GuardedBucket> _buckets = [];
    private long _listedAt;
    private Fetch? _fetching;
    private bool _isListOld;

    /// <summary>Made by the container.</summary>
    internal StockGuardian(
        RecoveryStore store, StockStore stock, BucketRebuild rebuild, BucketRecovery recovery, SchemaGate schema, IOptions<RecoveryOptions> options, TimeProvider time,
        ILogger<StockGuardian> log)
    {
        (_store, _stock, _rebuild, _recovery, _schema, _options, _time, _log) = (store, stock, rebuild, recovery, schema, options.Value, time, log);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _schema.WaitAsync(stoppingToken);
            await Task.WhenAll(RepeatAsync(WatchAsync, stoppingToken), RepeatAsync(RecoverAsync, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; another Worker goes on, or this one after its restart.
        }
    }

    private async Task RepeatAsync(Func<CancellationToken, Task> step, CancellationToken stop)
    {
        using PeriodicTimer timer = new(_options.Interval, _time);
        bool failing = false;
        while (await timer.WaitForNextTickAsync(stop))
        {
            try
            {
                await step(stop);
                failing = false;
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                if (!failing)
                {
                    _log.GuardianPutOff(fault); // Once per outage.
                }

                failing = true;
            }
        }
    }

    private async Task WatchAsync(CancellationToken stop)
    {
        if (_listedAt == 0 || _time.GetElapsedTime(_listedAt) > _options.ListInterval)
        {
            await ListAsync(stop);
        }

        BucketLook?[] looks = await LookAsync(_buckets);
        if (_buckets.Zip(looks).Any(pair => Suspicious(Known(pair.First), pair.Second)))
        {
            // Perhaps it is only our own list that is old, for another Worker has recovered the bucket meanwhile.
            await ListAsync(stop);
            looks = await LookAsync(_buckets);
        }

        ExceptionDispatchInfo? away = null;
        foreach ((GuardedBucket guarded, BucketLook? look) in _buckets.Zip(looks))
        {
            try
            {
                if (look is not null)
                {
                    await JudgeAsync(Known(guarded), look);
                }
            }
            catch (Exception fault) when (fault is StockUnavailableException or RedisException or TimeoutException)
            {
                away ??= ExceptionDispatchInfo.Capture(fault); // The others are judged none the less.
            }
        }

        RecoveryMetrics.Fenced.Record(_fenced.Count);
        away?.Throw();
    }

    // What this process has seen since it last told MySQL counts as well: a server may die within the second in which its bucket was made. A note of a former epoch says nothing any more.
    private GuardedBucket Known(GuardedBucket guarded) =>
        _noted.TryGetValue(guarded.Bucket, out SeenLife? noted) && noted.Epoch == guarded.Epoch
        && (guarded.Seen is not { } seen || seen.Epoch < noted.Epoch || (seen.RunId == noted.RunId && seen.Version < noted.Version))
            ? guarded with { Seen = noted }
            : guarded;

    private static bool Suspicious(GuardedBucket guarded, BucketLook? look) => look is { IsFenced: false } && guarded.Judge(look) is not LossCause.None;

    // Null for a bucket that did not answer: on a cluster the others, on other nodes, are judged none the less. When none did, Redis is away.
    private async Task<BucketLook?[]> LookAsync(IReadOnlyList<GuardedBucket> buckets)
    {
        StockUnavailableException? away = null;
        BucketLook?[] looks = await Task.WhenAll(buckets.Select(async guarded =>
        {
            try
            {
                return await _stock.LookAsync(guarded.Bucket);
            }
            catch (StockUnavailableException fault)
            {
                away = fault;
                return null;
            }
        }));
        return away is null || Array.Exists(looks, look => look is not null) ? looks : throw new StockUnavailableException("No bucket answered.", outcomeUnknown: false, away);
    }

    private async Task JudgeAsync(GuardedBucket guarded, BucketLook look)
    {
        if (look.IsFenced)
        {
            _fenced.TryAdd(guarded.Bucket, 0);
            return;
        }

        LossCause cause = guarded.Judge(look);
        if (cause is LossCause.None)
        {
            _fenced.TryRemove(guarded.Bucket, out _);
            if (look.Testimony > 0)
            {
                _late.TryAdd(guarded.Bucket, 0);
            }

            _noted[guarded.Bucket] = new SeenLife(look.RunId, look.Epoch, look.Version);
            return;
        }

        if (Planted.F7 && cause is LossCause.Missing)
        {
            await _stock.WarmAsync(guarded.Bucket, guarded.Units, guarded.Limit, guarded.Epoch, mayCreate: true);
            return;
        }

        if (Planted.F6 && cause is not LossCause.Missing)
        {
            return;
        }

        long fence = Math.Max(look.Epoch, guarded.Epoch) + 1;
        (FenceStatus status, _) = await _rebuild.FenceAsync(guarded.Bucket, fence);
        if (status is FenceStatus.Fenced)
        {
            RecoveryMetrics.Losses.Add(1, new KeyValuePair<string, object?>("cause", Enum.GetName(cause)));
            _log.BucketLost(guarded.Bucket, cause, fence);
            _fenced.TryAdd(guarded.Bucket, 0);
        }
    }

    private async Task RecoverAsync(CancellationToken stop)
    {
        // Open buckets with late testimony are looked at once; should some be left, the watch sees that.
        StockBucket[] late = [.. _late.Keys];
        if ((_fenced.IsEmpty && late.Length == 0) || await _store.TryLockAsync(stop) is not { } held)
        {
            return;
        }

        try
        {
            await _recovery.RunAsync([.. _fenced.Keys.Union(late)], stop);
            Array.ForEach(late, bucket => _late.TryRemove(bucket, out _));
        }
        finally
        {
            await RecoveryStore.UnlockAsync(held);
        }
    }

    // Without MySQL the list that we have stands: it is when Redis and MySQL are gone together that a fence is needed most, and a fence too many does no harm.
    private async Task ListAsync(CancellationToken stop)
    {
        Fetch fetch = _fetching ??= Begin(stop);
        try
        {
            _buckets = await fetch.List.WaitAsync(LongestListing, _time, stop);
        }
        catch (Exception away) when (away is DbException or TimeoutException)
        {
            if (!_isListOld)
            {
                _log.GuardianPutOff(away); // Once per outage.
            }

            _isListOld = true;
            return;
        }
        finally
        {
            _listedAt = _time.GetTimestamp();
            // A list that takes longer, because MySQL is slow or the buckets are many, is taken up when it comes: begun anew each time, it would never come.
            if (fetch.List.IsCompleted)
            {
                _fetching = null;
            }
        }

        _isListOld = false;
        foreach ((StockBucket bucket, SeenLife life) in fetch.Noted)
        {
            if (_noted.GetValueOrDefault(bucket) == life)
            {
                _noted.Remove(bucket);
            }
        }

        foreach (StockBucket gone in _fenced.Keys.Except(_buckets.Select(guarded => guarded.Bucket)))
        {
            // Its sale has been over for longer than we watch. Who was told and has no row yet is not forgotten in silence: the testimony lies there still.
            _fenced.TryRemove(gone, out _);
            _log.FencedBucketUnwatched(gone);
        }
    }

    private Fetch Begin(CancellationToken stop)
    {
        KeyValuePair<StockBucket, SeenLife>[] noted = [.. _noted];
        Dictionary<StockBucket, GuardedBucket> known = _buckets.ToDictionary(guarded => guarded.Bucket);
        return new Fetch(FetchAsync(noted.Where(seen => known.GetValueOrDefault(seen.Key)?.Seen != seen.Value).Select(seen => (seen.Key, seen.Value)), stop), noted);
    }

    // What was seen goes to MySQL first, so that the list that comes back knows at least as much.
    private async Task<IReadOnlyList<GuardedBucket>> FetchAsync(IEnumerable<(StockBucket, SeenLife)> news, CancellationToken stop)
    {
        await _store.NoteAsync(news, stop);
        return await _store.ListAsync(stop);
    }

    /// <summary>A list that is under way, and what it brings to MySQL first.</summary>
    private sealed record Fetch(Task<IReadOnlyList<GuardedBucket>> List, KeyValuePair<StockBucket, SeenLife>[] Noted);
}
