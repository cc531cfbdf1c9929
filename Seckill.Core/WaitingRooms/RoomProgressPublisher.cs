using System.Text.Json;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using StackExchange.Redis;

namespace Seckill.Core.WaitingRooms;

/// <summary>Moves the waiting rooms on, and tells a sale's watchers how far: one message per room that has moved, at most 2 a second however many wait. Each page computes its own position from it.</summary>
/// <remarks>Without any Worker rooms still admit, since every visit of a page moves its room on; pages then learn of it by looking.</remarks>
internal sealed class RoomProgressPublisher(RedisConnection redis, RoomStore rooms, SaleBroadcaster broadcaster, TimeProvider time, ILogger<RoomProgressPublisher> log)
    : NewsPublisher(redis, "seckill:waiting-rooms:leader", Every, time)
{
    private static readonly TimeSpan CatalogEvery = TimeSpan.FromSeconds(1);

    private readonly Dictionary<SaleId, RoomProgress> _published = [];
    private Sale[] _sales = [];
    private long _catalogAt;

    /// <summary>How often rooms are visited: 500 ms. A position that moves twice a second looks alive.</summary>
    public static TimeSpan Every { get; } = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    protected override void ForgetLastTurn() => _published.Clear();

    /// <inheritdoc/>
    protected override void PutOff(Exception fault) => log.RoomProgressFaulted(fault);

    /// <inheritdoc/>
    protected override async Task PublishAsync()
    {
        if (_catalogAt == 0 || Time.GetElapsedTime(_catalogAt) > CatalogEvery)
        {
            await ReadCatalogAsync();
            _catalogAt = Time.GetTimestamp();
        }

        RoomStanding[] standings = await Task.WhenAll(Array.ConvertAll(_sales, sale => rooms.VisitAsync(sale.Id, sale.Admission.WaitingRoom!, RoomAsk.MoveOn)));
        foreach ((Sale sale, RoomStanding standing) in _sales.Zip(standings))
        {
            RoomProgress progress = new(standing.Epoch, standing.Head, standing.Waiting);
            RoomProgress before = _published.GetValueOrDefault(sale.Id);
            if (progress == before)
            {
                continue;
            }

            RoomMetrics.Waiting(sale.Id, standing.Waiting);
            RoomProgressPush push = new(sale.Id, standing.Head, standing.Waiting, sale.Admission.WaitingRoom!.AdmitPerSecond, standing.At);
            await broadcaster.PublishAsync(sale.Id, PushTypes.RoomProgress, JsonSerializer.SerializeToUtf8Bytes(push, RoomProgressJson.Default.RoomProgressPush));
            _published[sale.Id] = progress;
        }
    }

    private async Task ReadCatalogAsync()
    {
        RedisValue[] members = await Redis.RunAsync(db => db.SetMembersAsync(StockKeys.Directory));
        RedisValue[] ids = [.. members.Select(member => StockBucket.TryParse(member!, out StockBucket bucket) ? bucket.Sale.Value : 0).Where(id => id > 0).Distinct().Select(id => (RedisValue)id)];
        RedisValue[] copies = ids.Length == 0 ? [] : await Redis.RunAsync(db => db.HashGetAsync(SaleKeys.Copy, ids));
        DateTimeOffset now = Time.GetUtcNow();
        _sales = [.. copies.Where(copy => copy.HasValue).Select(copy => SaleJson.Read(copy!)).Where(sale => sale.Admission.WaitingRoom is not null && sale.StateAt(now) is SaleState.Open)];
        foreach (SaleId gone in _published.Keys.Except(_sales.Select(sale => sale.Id)).ToList())
        {
            _published.Remove(gone);
        }
    }
}
