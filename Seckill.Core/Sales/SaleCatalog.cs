using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Sales;

/// <summary>Keeps <see cref="Current"/> up to date: at once when a sale changes, in any case within <see cref="PollInterval"/>, and unchanged while servers are away.</summary>
/// <remarks>
/// The copy in Redis is read; when it is lost or went back (its version is absent or below the one seen), and once at start, MySQL is read and the copy mended.
/// Readers take <see cref="Current"/> without a lock.
/// </remarks>
public sealed class SaleCatalog(RedisConnection redis, RedisListener listener, SaleStore store, SalePublisher publisher, KillSwitch killSwitch, TimeProvider time, ILogger<SaleCatalog> log)
    : BackgroundService
{
    /// <summary>Sales that a node keeps, the newest ones.</summary>
    public const int MaxSales = 1_000;

    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Channel<bool> _switchChanges = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _switchGate = new();
    private CatalogSnapshot _current = CatalogSnapshot.Empty;
    private KillSwitchState _killed = KillSwitchState.Never;
    private volatile bool _subscribed;
    private volatile bool _mended;
    private long _comparedAt;

    /// <summary>How often the copy's version is compared: 1 s, the longest that a lost message can hide a change.</summary>
    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    /// <summary>The sales now.</summary>
    public CatalogSnapshot Current => Volatile.Read(ref _current);

    /// <summary>True once Redis or MySQL has told which sales there are, were it that there is none; until then every sale is unknown here.</summary>
    public bool IsLoaded => Current.Version != 0 || _mended;

    /// <summary>How long ago <see cref="Current"/> was last compared with the copy; null when it never was.</summary>
    public TimeSpan? Age => Volatile.Read(ref _comparedAt) is var at and not 0 ? time.GetElapsedTime(at) : null;

    /// <summary>Whether the <see cref="KillSwitch"/> stands against every sale, as this node last heard.</summary>
    public bool IsKilled => Volatile.Read(ref _killed).On;

    /// <summary>Reads the copy again if it changed. Called by the loop, and by whoever has just changed a sale and wants to see it.</summary>
    public async Task RefreshAsync(CancellationToken stop = default)
    {
        await LookAtSwitchAsync();
        long version = (long)await redis.RunAsync(db => db.StringGetAsync(SaleKeys.Version));
        CatalogSnapshot seen = Current;
        if (!_mended || version < seen.Version || version == 0)
        {
            await MendAsync(stop);
            version = (long)await redis.RunAsync(db => db.StringGetAsync(SaleKeys.Version));
        }

        // Still no version: MySQL could not be asked, or has no sale either. What is known stands.
        if (version != 0 && version != seen.Version)
        {
            // The version was read before the sales: a change in between only makes the next comparison read once more.
            HashEntry[] entries = await redis.RunAsync(db => db.HashGetAllAsync(SaleKeys.Copy));
            Volatile.Write(ref _current, new CatalogSnapshot(version, entries.Select(entry => SaleJson.Read(entry.Value!))));
            SalesMetrics.Changed.Add(1);
        }
        else
        {
            SalesMetrics.Unchanged.Add(1);
        }

        SalesMetrics.RefreshedAt.Record(time.GetUtcNow().ToUnixTimeMilliseconds() / 1_000.0);
        Volatile.Write(ref _comparedAt, time.GetTimestamp());
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RepeatAsync(_changes.Reader, () => RefreshAsync(stoppingToken), stoppingToken),
        // By itself: nothing that the copy may need, MySQL least of all, may stand between the switch and the grabs.
        RepeatAsync(_switchChanges.Reader, LookAtSwitchAsync, stoppingToken));

    private async Task RepeatAsync(ChannelReader<bool> changes, Func<Task> look, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!_subscribed)
                {
                    await listener.SubscribeAsync(SaleKeys.ChangedChannel, Notice);
                    _subscribed = true;
                }

                await look();
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                log.CatalogNotRefreshed(fault);
            }

            await WaitForChangeAsync(changes, stop);
        }
    }

    private void Notice(string message)
    {
        _changes.Writer.TryWrite(true);
        _switchChanges.Writer.TryWrite(true);
    }

    private async Task LookAtSwitchAsync()
    {
        KillSwitchState heard = await killSwitch.RecallAsync(Volatile.Read(ref _killed));
        lock (_switchGate)
        {
            // Of two that look at once, the one that has read earlier may come later.
            if (_killed.At is not { } known || heard.At >= known)
            {
                Volatile.Write(ref _killed, heard);
            }
        }
    }

    private async Task WaitForChangeAsync(ChannelReader<bool> changes, CancellationToken stop)
    {
        using CancellationTokenSource due = new(PollInterval, time);
        using CancellationTokenSource poll = CancellationTokenSource.CreateLinkedTokenSource(stop, due.Token);
        try
        {
            await changes.ReadAsync(poll.Token);
        }
        catch (OperationCanceledException)
        {
            // The poll is due, or the host stops; the loop tells which.
        }
    }

    private async Task MendAsync(CancellationToken stop)
    {
        try
        {
            IReadOnlyList<Sale> sales = await store.ListNewestAsync(MaxSales, stop);
            foreach (Sale sale in sales)
            {
                await MendEligibleAsync(sale, stop);
                await publisher.PublishAsync(sale);
            }

            _mended = true;
        }
        catch (DbException away)
        {
            log.CatalogNotMended(away);
        }
    }

    // A list only grows, so as many users as MySQL has are the same users. Fewer, or none: it was lost, or a replica was promoted that lacks the latest.
    private async Task MendEligibleAsync(Sale sale, CancellationToken stop)
    {
        if (!sale.Restricted || sale.Window.EndsAt <= time.GetUtcNow())
        {
            return;
        }

        RedisKey list = SaleKeys.Eligible(sale.Id);
        bool written = await redis.RunAsync(db => db.SetContainsAsync(list, SaleKeys.EligibleWritten));
        if (!written || await redis.RunAsync(db => db.SetLengthAsync(list)) - 1 < await store.CountEligibleAsync(sale.Id, stop))
        {
            await publisher.PublishEligibleAsync(sale, await store.ListEligibleAsync(sale.Id, stop));
        }
    }
}
