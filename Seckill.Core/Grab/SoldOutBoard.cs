using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Core.Stock;

namespace Seckill.Core.Grab;

/// <summary>Answers grabs on sold-out buckets from memory, exactly as Redis would, until units return.</summary>
/// <remarks>
/// The races, and what settles them:
/// <list type="bullet">
/// <item>Buyers are read page by page while the bucket lives on. Every reservation and every release raises the bucket's version in the same atomic step, so a page is
/// published only if the version before the first page is the version after the last, and no unit was left: then nothing changed in between.</item>
/// <item>A release between the sold-out reply and the load: the load finds units left and publishes nothing.</item>
/// <item>A release after the load's last look and before the page is published: its message may come too early to lift anything. Messages therefore raise the entry's
/// generation, and a page is published only under the generation it was begun with. If the message is lost as well, the next poll sees another version and lifts.</item>
/// <item>A release while the page stands: the message lifts it at once, the poll within <see cref="GrabOptions.BoardPollInterval"/>.</item>
/// <item>Redis away: the page stands for <see cref="MaxUnconfirmed"/>, for nobody can have got a unit meanwhile; then it is lifted and callers hear the truth, 503.</item>
/// <item>Redis came back empty, behind or rebuilt: epoch or version differ, the page is lifted, and the script's fence answers.</item>
/// </list>
/// A page says at most "sold out" or names an order that stood at that version; it never promises a unit. Thread-safe; the loop is the only one that loads.
/// </remarks>
public sealed class SoldOutBoard(RedisListener listener, StockStore stock, IOptions<GrabOptions> options, TimeProvider time, ILogger<SoldOutBoard> log) : BackgroundService
{
    private readonly ConcurrentDictionary<StockBucket, Entry> _entries = new();
    private readonly Channel<string> _returned = Channel.CreateBounded<string>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly GrabOptions _options = options.Value;
    private bool _subscribed;

    /// <summary>How long a page stands without a look at Redis: 5 s.</summary>
    public static TimeSpan MaxUnconfirmed { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Answers from memory if the bucket is known to be sold out.</summary>
    public bool TryAnswer(StockBucket bucket, UserId user, out GrabResult result)
    {
        if (_entries.TryGetValue(bucket, out Entry? entry) && entry.Page is { } page)
        {
            result = page.Answer(user);
            return true;
        }

        result = default;
        return false;
    }

    /// <summary>Notes that Redis said "sold out" for a bucket; the loop then looks closer. Costs nothing when it is noted already.</summary>
    public void Suspect(StockBucket bucket)
    {
        if (!_entries.ContainsKey(bucket))
        {
            _entries.TryAdd(bucket, new Entry());
        }
    }

    /// <summary>Forgets buckets that are no longer wanted.</summary>
    public void Forget(Func<StockBucket, bool> isWanted)
    {
        foreach (StockBucket bucket in _entries.Keys)
        {
            if (!isWanted(bucket))
            {
                _entries.TryRemove(bucket, out _);
            }
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(LiftOnMessagesAsync(stoppingToken), CompareAsync(stoppingToken));

    private async Task LiftOnMessagesAsync(CancellationToken stop)
    {
        await foreach (string text in _returned.Reader.ReadAllAsync(stop))
        {
            if (StockBucket.TryParse(text, out StockBucket bucket) && _entries.TryGetValue(bucket, out Entry? entry))
            {
                entry.Lift();
            }
        }
    }

    private async Task CompareAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(_options.BoardPollInterval, time);
        while (await timer.WaitForNextTickAsync(stop))
        {
            try
            {
                if (!_subscribed)
                {
                    await listener.SubscribeAsync(StockKeys.ReturnedChannel, text => _returned.Writer.TryWrite(text));
                    _subscribed = true;
                }

                foreach ((StockBucket bucket, Entry entry) in _entries)
                {
                    await CompareAsync(bucket, entry);
                }
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                log.SoldOutBoardLate(fault);
                LiftUnconfirmed();
            }
        }
    }

    private async Task CompareAsync(StockBucket bucket, Entry entry)
    {
        int generation = entry.Generation;
        BucketState? before = await stock.ReadAsync(bucket);
        if (before is null || before.Left > 0)
        {
            // Units are back, or the bucket is gone: nothing to watch until Redis says "sold out" again.
            entry.Lift();
            _entries.TryRemove(bucket, out _);
            return;
        }

        if (entry.Page is { } page)
        {
            if (page.Epoch == before.Epoch && page.Version == before.Version)
            {
                entry.ConfirmedAt = time.GetTimestamp();
                return;
            }

            entry.Lift();
            return;
        }

        if (!HasRoomFor(before))
        {
            return;
        }

        Dictionary<string, string>? buyers = await stock.ReadBuyersAsync(bucket, _options.MaxBoardBuyers);
        BucketState? after = await stock.ReadAsync(bucket);
        if (buyers is not null && after is not null && after.Left == 0 && after.Epoch == before.Epoch && after.Version == before.Version)
        {
            entry.ConfirmedAt = time.GetTimestamp();
            entry.Publish(new SoldOutPage(after.Epoch, after.Version, after.Limit, buyers.ToFrozenDictionary(StringComparer.Ordinal)), generation);
        }
    }

    private bool HasRoomFor(BucketState state)
    {
        long kept = 0;
        foreach (Entry entry in _entries.Values)
        {
            kept += entry.Page?.Buyers.Count ?? 0;
        }

        return state.Total <= _options.MaxBoardBuyers && kept + state.Total <= _options.MaxBoardBuyersInAll;
    }

    private void LiftUnconfirmed()
    {
        foreach (Entry entry in _entries.Values)
        {
            if (time.GetElapsedTime(entry.ConfirmedAt) > MaxUnconfirmed)
            {
                entry.Lift();
            }
        }
    }

    private sealed class Entry
    {
        private readonly Lock _gate = new();
        private SoldOutPage? _page;
        private int _generation;

        public SoldOutPage? Page => Volatile.Read(ref _page);

        public int Generation => Volatile.Read(ref _generation);

        public long ConfirmedAt { get; set; }

        public void Lift()
        {
            lock (_gate)
            {
                _generation++;
                if (_page is not null)
                {
                    GrabMetrics.BoardLifts.Add(1);
                    Volatile.Write(ref _page, null);
                }
            }
        }

        public void Publish(SoldOutPage page, int generation)
        {
            lock (_gate)
            {
                if (generation == _generation)
                {
                    Volatile.Write(ref _page, page);
                }
            }
        }
    }
}
