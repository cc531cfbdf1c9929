using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using StackExchange.Redis;

namespace Seckill.Core.Admission;

/// <summary>Lets only listed users into a restricted sale: a Bloom filter in memory refuses most others without a round trip, Redis decides about the rest.</summary>
/// <remarks>
/// A list grows while nodes hold filters of it, and a user who was just added must never be refused by an old one. So a filter refuses only while it is of the version that Redis named for
/// the list, and Redis was asked less than <see cref="TrustFor"/> ago; and an upload is acknowledged no sooner than <see cref="AnnounceFor"/> after the version rose. By then every node has
/// heard of it, or has not been answered for so long that its filter refuses nobody. Messages only make that faster. While the filter cannot say, each grab asks Redis. One loop asks for
/// versions, another loads and builds, so that a long list does not keep the others' versions waiting. Bounded by <see cref="SaleCatalog.MaxSales"/>. Thread-safe.
/// </remarks>
public sealed class EligibilityGate(RedisConnection redis, RedisListener listener, SaleCatalog catalog, TimeProvider time, ILogger<EligibilityGate> log)
    : BackgroundService
{
    private readonly ConcurrentDictionary<SaleId, EligibleView> _views = new();
    private readonly EligibleFilters _filters = new(redis, log);
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Channel<bool> _behind = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private bool _subscribed;

    /// <summary>How often Redis is asked for the versions: 250 ms, the longest that a lost message hides one while Redis answers.</summary>
    public static TimeSpan PollInterval { get; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a filter refuses after Redis was asked: 900 ms, three polls and a slow answer.</summary>
    public static TimeSpan TrustFor { get; } = TimeSpan.FromMilliseconds(900);

    /// <summary>How long an upload waits before it is acknowledged: 1 s. A ninth more than <see cref="TrustFor"/>, since clocks that count seconds differ by thousandths at most.</summary>
    public static TimeSpan AnnounceFor { get; } = TimeSpan.FromSeconds(1);

    /// <summary>True: the filter says no, surely. Costs no I/O.</summary>
    public bool SurelyNotEligible(SaleId sale, UserId user) => _views.TryGetValue(sale, out EligibleView? view) && view.SurelyLacks(user, TrustFor, time);

    /// <summary>Asks Redis.</summary>
    public async Task<EligibilityAnswer> AskAsync(SaleId sale, UserId user)
    {
        try
        {
            RedisKey key = SaleKeys.Eligible(sale);
            IDatabase db = redis.Database;
            Task<bool> listed = db.SetContainsAsync(key, user.Value);
            Task<bool> written = db.SetContainsAsync(key, SaleKeys.EligibleWritten);
            await Task.WhenAll(listed, written).WaitAsync(RedisConnection.CommandTimeout);
            return await listed ? EligibilityAnswer.Eligible : await written ? EligibilityAnswer.NotEligible : EligibilityAnswer.Unknown;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException or OperationCanceledException)
        {
            return EligibilityAnswer.Unknown;
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(ConfirmAsync(stoppingToken), RefreshAsync(stoppingToken));

    private async Task ConfirmAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!_subscribed)
                {
                    await listener.SubscribeAsync(SaleKeys.EligibleChannel, _ => _changes.Writer.TryWrite(true));
                    _subscribed = true;
                }

                await ConfirmAllAsync(catalog.Current);
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                // Versions that are not confirmed lose their trust by themselves.
                log.EligibilityNotConfirmed(fault);
            }

            await WaitForChangeAsync(stop);
        }
    }

    private async Task ConfirmAllAsync(CatalogSnapshot snapshot)
    {
        DateTimeOffset now = time.GetUtcNow();
        Sale[] watched = [.. snapshot.Sales.Where(sale => IsWatched(sale, now))];
        foreach (SaleId known in _views.Keys)
        {
            if (!Array.Exists(watched, sale => sale.Id == known))
            {
                _views.TryRemove(known, out _);
            }
        }

        long askedAt = time.GetTimestamp();
        IDatabase db = redis.Database;
        Task<RedisValue>[] versions = Array.ConvertAll(watched, sale => db.StringGetAsync(SaleKeys.EligibleVersion(sale.Id)));
        await Task.WhenAll(versions).WaitAsync(RedisConnection.CommandTimeout);
        for (int i = 0; i < watched.Length; i++)
        {
            EligibleView view = _views.GetOrAdd(watched[i].Id, _ => new EligibleView());
            view.Confirm((long)await versions[i], askedAt);
            if (view.ListVersion != view.FilterVersion)
            {
                _behind.Writer.TryWrite(true);
            }
        }
    }

    // What takes no grabs needs no filter, until shortly before it opens.
    private static bool IsWatched(Sale sale, DateTimeOffset now) =>
        sale.Restricted && (sale.StateAt(now) is SaleState.Open || (sale.StateAt(now) is SaleState.Scheduled && sale.Window.StartsAt - now < TimeSpan.FromMinutes(1)));

    private async Task WaitForChangeAsync(CancellationToken stop)
    {
        using CancellationTokenSource due = new(PollInterval, time);
        using CancellationTokenSource poll = CancellationTokenSource.CreateLinkedTokenSource(stop, due.Token);
        try
        {
            await _changes.Reader.ReadAsync(poll.Token);
        }
        catch (OperationCanceledException)
        {
            // The poll is due, or the host stops; the loop tells which.
        }
    }

    private async Task RefreshAsync(CancellationToken stop)
    {
        await foreach (bool _ in _behind.Reader.ReadAllAsync(stop))
        {
            CatalogSnapshot snapshot = catalog.Current;
            foreach ((SaleId id, EligibleView view) in _views)
            {
                if (view.ListVersion != 0 && view.ListVersion != view.FilterVersion && snapshot.TryFind(id, out Sale? sale))
                {
                    await RefreshAsync(sale, view, stop);
                }
            }
        }
    }

    private async Task RefreshAsync(Sale sale, EligibleView view, CancellationToken stop)
    {
        try
        {
            await _filters.RefreshAsync(sale, view);
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            log.EligibilityNotLoaded(sale.Id, fault);
        }
    }
}
