using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.WaitingRooms;
using Seckill.Integration.Grab;
using Shouldly;
using Xunit;

namespace Seckill.Integration.WaitingRooms;

public sealed class RoomProgressPublisherTests
{
    private const string LeaderKey = "seckill:waiting-rooms:leader";

    /// <summary>Goal: the gauges of all Workers add up to those who wait. Method: another Worker takes the lock while sixty people wait in a room that admits one a second.</summary>
    [Fact]
    public async Task WorkerThatStopsLeading_ReportsNobodyWaiting()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        SaleWaitingRoom room = new(AdmitPerSecond: 1, MaxWaiting: 100);
        Sale sale = await node.OpenSaleAsync(units: 1, admission: SaleAdmission.Unlimited with { WaitingRoom = room });
        RoomStore rooms = new(node.Get<RedisConnection>(), Options.Create(new WaitingRoomOptions()));
        for (int i = 0; i < 60; i++)
        {
            await rooms.VisitAsync(sale.Id, room, RoomAsk.Join, new UserId($"user-{i}"));
        }

        long waiting = -1;
        using MeterListener listener = new() { InstrumentPublished = (instrument, self) => self.EnableMeasurementEvents(instrument, instrument.Name == "seckill.waiting_room.waiting" ? instrument : null) };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, state) =>
        {
            if (state is not null && tags[0].Value is long id && id == sale.Id.Value)
            {
                Volatile.Write(ref waiting, value);
            }
        });
        listener.Start();
        using RoomProgressPublisher publisher = new(node.Get<RedisConnection>(), rooms, node.Get<SaleBroadcaster>(), TimeProvider.System, NullLogger<RoomProgressPublisher>.Instance);
        await publisher.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => Volatile.Read(ref waiting) > 0);

        await node.Get<RedisConnection>().Database.StringSetAsync(LeaderKey, "another Worker");
        await Eventually.TrueAsync(() => Volatile.Read(ref waiting) == 0);

        (await rooms.VisitAsync(sale.Id, room, RoomAsk.MoveOn)).Waiting.ShouldBeGreaterThan(0, "they wait none the less");
        await publisher.StopAsync(CancellationToken.None);
    }
}
