using System.Text.Json;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using StackExchange.Redis;

namespace Seckill.Core.WaitingRooms;

/// <summary>Moves the waiting rooms on, and tells a sale's watchers how far: one message per room that has moved, at most 2 a second however many wait. Each page computes its own position from it.</summary>
/// <remarks>Without any Worker rooms still admit, since every visit of a page moves its room on; pages then learn of it by looking.</remarks>
internal sealed class RoomProgressPublisher(RedisConnection redis, RoomStore rooms, SaleBroadcaster broadcaster, TimeProvider time, ILogger<RoomProgressPublisher> log)
    : NewsPublisher(redis, "seckill:waiting-rooms:leader", Every, time)
{
    private readonly Dictionary<SaleId, RoomProgress> _published = [];
    private readonly SaleDirectory _directory = new(redis, time);
    private readonly OutageNews _outage = new();

    /// <summary>How often rooms are visited: 500 ms. A position that moves twice a second looks alive.</summary>
    public static TimeSpan Every { get; } = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    protected override void ForgetLastTurn()
    {
        foreach (SaleId sale in _published.Keys.ToArray())
        {
            Forget(sale);
        }
    }

    /// <inheritdoc/>
    protected override void PutOff(Exception fault) => log.RoomProgressFaulted(fault);

    /// <inheritdoc/>
    protected override async Task PublishAsync()
    {
        await _directory.RefreshAsync();
        DateTimeOffset now = Time.GetUtcNow();
        Sale[] sales = [.. _directory.Sales.Values.Where(sale => sale.Admission.WaitingRoom is not null && sale.StateAt(now, _directory.IsKilled) is SaleState.Open)];
        foreach (SaleId gone in _published.Keys.Except(sales.Select(sale => sale.Id)).ToArray())
        {
            Forget(gone);
        }

        // A room whose node is away holds up no other.
        (RoomStanding? Standing, Exception? Fault)[] visits = await Task.WhenAll(sales.Select(VisitAsync));
        List<(SaleId Sale, Exception Fault)> away = [];
        foreach ((Sale sale, (RoomStanding? standing, Exception? fault)) in sales.Zip(visits))
        {
            if ((standing is { } seen ? await TryTellAsync(sale, seen) : fault) is { } missed)
            {
                away.Add((sale.Id, missed));
                Forget(sale.Id);
            }
        }

        if (_outage.IsNews(away.Count))
        {
            log.RoomsPartlyPutOff(away.Count, away[0].Sale, away[0].Fault);
        }
    }

    private async Task<(RoomStanding? Standing, Exception? Fault)> VisitAsync(Sale sale)
    {
        try
        {
            return (await rooms.VisitAsync(sale.Id, sale.Admission.WaitingRoom!, RoomAsk.MoveOn), null);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return (null, fault);
        }
    }

    private async Task<Exception?> TryTellAsync(Sale sale, RoomStanding standing)
    {
        RoomProgress progress = new(standing.Epoch, standing.Head, standing.Waiting);
        if (progress == _published.GetValueOrDefault(sale.Id))
        {
            return null;
        }

        try
        {
            RoomProgressPush push = new(sale.Id, standing.Head, standing.Waiting, sale.Admission.WaitingRoom!.AdmitPerSecond, standing.At);
            await broadcaster.PublishAsync(sale.Id, PushTypes.RoomProgress, JsonSerializer.SerializeToUtf8Bytes(push, RoomProgressJson.Default.RoomProgressPush));
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return fault;
        }

        RoomMetrics.Waiting(sale.Id, standing.Waiting);
        _published[sale.Id] = progress;
        return null;
    }

    // Who does not publish a room knows nothing of it, and must not go on reporting what it knew: the gauges of all Workers add up to those who wait.
    private void Forget(SaleId sale)
    {
        if (_published.Remove(sale))
        {
            RoomMetrics.Waiting(sale, 0);
        }
    }
}
