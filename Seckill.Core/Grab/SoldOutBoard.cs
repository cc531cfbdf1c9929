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
using Seckill.Core.Stock.Segments;

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
/// <item>A segmented SKU: a bucket's page stands only while every bucket and the pool have nothing (<see cref="SegmentsLook"/>), and a unit that returns to one of them lifts the pages of all.</item>
/// <item>Redis came back empty, behind or rebuilt: epoch or version differ, the page is lifted, and the script's fence answers.</item>
/// </list>
/// How a node learns of it: by its own reply, by the message of the node whose reply showed that the last unit went, or, when that was lost, by the reply to its own first grab. Either has the
/// loop look at once; a bucket whose units come and go is looked at once in a poll interval, by the poll. A message only asks for a look: false, late or twice, it says nothing about the stock.
/// <para>A page says at most "sold out" or names an order that stood at that version; it never promises a unit. Thread-safe; one page is loaded at a time.</para>
/// </remarks>
public sealed class SoldOutBoard(
    RedisListener listener, StockStore stock, SegmentStore segmentStore, Func<StockBucket, StockSegments> segmentsOf, IOptions<GrabOptions> options, TimeProvider time, ILogger<SoldOutBoard> log)
    : BackgroundService
{
    // Looks of a poll under way at once: each is a few small commands, and those on a node that is away wait for their time-out together.
    private const int LooksAtOnce = 256;

    private readonly ConcurrentDictionary<StockBucket, Entry> _entries = new();
    private readonly Channel<string> _returned = Channel.CreateBounded<string>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Channel<StockBucket> _toLook = Channel.CreateBounded<StockBucket>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SemaphoreSlim _looking = new(1);
    private readonly GrabOptions _options = options.Value;
    private readonly OutageNews _outage = new();
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

    /// <summary>Notes that Redis said "sold out" for a bucket, and has it looked at. Costs nothing when it is noted already.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="lastUnitWent">True: a grab of this node took the last unit, so the other nodes are told.</param>
    public void Notice(StockBucket bucket, bool lastUnitWent)
    {
        if (lastUnitWent)
        {
            stock.TellSoldOut(bucket);
        }

        // After the last unit the bucket may be noted from before: units returned, and are gone again.
        if (lastUnitWent || !_entries.ContainsKey(bucket))
        {
            _toLook.Writer.TryWrite(bucket);
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
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(LiftOnMessagesAsync(stoppingToken), LookWhenToldAsync(stoppingToken), CompareAsync(stoppingToken));

    /// <inheritdoc/>
    public override void Dispose()
    {
        _looking.Dispose();
        base.Dispose();
    }

    private async Task LiftOnMessagesAsync(CancellationToken stop)
    {
        await foreach (string text in _returned.Reader.ReadAllAsync(stop))
        {
            if (StockBucket.TryParse(text, out StockBucket returned))
            {
                foreach (StockBucket bucket in segmentsOf(returned).All)
                {
                    if (_entries.TryGetValue(bucket, out Entry? entry))
                    {
                        entry.Lift();
                    }
                }
            }
        }
    }

    private async Task LookWhenToldAsync(CancellationToken stop)
    {
        await foreach (StockBucket bucket in _toLook.Reader.ReadAllAsync(stop))
        {
            Entry entry = _entries.GetOrAdd(bucket, static _ => new Entry());
            if (entry.LoadedAt is { } loadedAt && time.GetElapsedTime(loadedAt) < _options.BoardPollInterval)
            {
                continue;
            }

            try
            {
                await LookAsync(bucket, entry, new(), stop);
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                // The poll looks again.
                log.SoldOutBoardLate(fault);
            }
        }
    }

    private async Task CompareAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(_options.BoardPollInterval, time);
        do
        {
            try
            {
                await SubscribeAsync();
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                log.SoldOutBoardLate(fault); // What messages would have lifted, the poll lifts.
            }

            // One look at a segmented SKU serves all its buckets: sixty-four that each looked at sixty-four would be thousands of calls.
            ConcurrentDictionary<StockSegments, Lazy<Task<SegmentsLook>>> looks = new();
            List<(StockBucket Bucket, Exception Fault)> away = [];
            foreach (KeyValuePair<StockBucket, Entry>[] some in _entries.ToArray().Chunk(LooksAtOnce))
            {
                Exception?[] faults = await Task.WhenAll(some.Select(pair => TryLookAsync(pair.Key, pair.Value, looks, stop)));
                away.AddRange(some.Zip(faults).Where(pair => pair.Second is not null).Select(pair => (pair.First.Key, pair.Second!)));
            }

            if (_outage.IsNews(away.Count))
            {
                log.SoldOutBoardPartlyLate(away.Count, away[0].Bucket, away[0].Fault);
            }
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    /// <returns>Why this bucket could not be looked at, which is no reason not to look at the others; null when it was.</returns>
    private async Task<Exception?> TryLookAsync(StockBucket bucket, Entry entry, ConcurrentDictionary<StockSegments, Lazy<Task<SegmentsLook>>> looks, CancellationToken stop)
    {
        try
        {
            await LookAsync(bucket, entry, looks, stop);
            return null;
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            LiftUnconfirmed(entry);
            return fault;
        }
    }

    private async Task SubscribeAsync()
    {
        if (_subscribed)
        {
            return;
        }

        await listener.SubscribeAsync(StockKeys.ReturnedChannel, text => _returned.Writer.TryWrite(text));
        await listener.SubscribeAsync(StockKeys.SoldOutChannel, text =>
        {
            if (StockBucket.TryParse(text, out StockBucket bucket))
            {
                _toLook.Writer.TryWrite(bucket);
            }
        });
        _subscribed = true;
    }

    private async Task LookAsync(StockBucket bucket, Entry entry, ConcurrentDictionary<StockSegments, Lazy<Task<SegmentsLook>>> looks, CancellationToken stop)
    {
        int generation = entry.Generation;
        SoldOutPage? page = entry.Page;
        BucketState? before = await stock.ReadAsync(bucket);
        StockSegments segments = segmentsOf(bucket);
        SegmentsLook? first = segments.IsSegmented ? await looks.GetOrAdd(segments, sku => new(() => segmentStore.LookAsync(sku))).Value : null;

        // One at a time, so that what the pages take together is counted right; those who wait take turns, so a message waits for one bucket's load and not for a whole poll.
        await _looking.WaitAsync(stop);
        try
        {
            // Unless another look or a message has been faster: then what was read is of a former moment, and the next look says more.
            if (generation == entry.Generation && ReferenceEquals(page, entry.Page))
            {
                await JudgeAsync(bucket, entry, generation, before, segments, first);
            }
        }
        finally
        {
            _looking.Release();
        }
    }

    private async Task JudgeAsync(StockBucket bucket, Entry entry, int generation, BucketState? before, StockSegments segments, SegmentsLook? first)
    {
        if (first is { HasAnswered: false })
        {
            // What is known stands as long as any page does that nobody can confirm.
            LiftUnconfirmed(entry);
            return;
        }

        if (before is null || before.Left > 0 || first is { HasNothing: false })
        {
            // Units are back, or are somewhere else, or the bucket is gone: nothing to watch until Redis says "sold out" again.
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

        entry.LoadedAt = time.GetTimestamp();
        Dictionary<string, string>? buyers = await stock.ReadBuyersAsync(bucket, _options.MaxBoardBuyers);
        BucketState? after = await stock.ReadAsync(bucket);
        if (buyers is not null && after is not null && after.Left == 0 && after.Epoch == before.Epoch && after.Version == before.Version
            && (first is null || SegmentsLook.ProveSoldOut(first, await segmentStore.LookAsync(segments))))
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

    private void LiftUnconfirmed(Entry entry)
    {
        if (time.GetElapsedTime(entry.ConfirmedAt) > MaxUnconfirmed)
        {
            entry.Lift();
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

        /// <summary>When its buyers were last read; null for never.</summary>
        public long? LoadedAt { get; set; }

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
                    GrabMetrics.BoardPages.Add(1);
                    Volatile.Write(ref _page, page);
                }
            }
        }
    }
}
