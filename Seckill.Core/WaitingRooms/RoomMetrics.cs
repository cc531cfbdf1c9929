using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;

namespace Seckill.Core.WaitingRooms;

/// <summary>Instruments of waiting rooms.</summary>
internal static class RoomMetrics
{
    public static readonly Counter<long> Admitted = SeckillMeter.Meter.CreateCounter<long>("seckill.waiting_room.admitted", "{user}", "Users admitted, counted by whoever's visit admitted them.");

    public static readonly Counter<long> FellSilent =
        SeckillMeter.Meter.CreateCounter<long>("seckill.waiting_room.fell_silent", "{user}", "Users whose place was freed because their page was not heard any more.");

    public static readonly Counter<long> Left = SeckillMeter.Meter.CreateCounter<long>("seckill.waiting_room.left", "{user}", "Users who gave their place back, or closed their page.");

    private static readonly Counter<long> RefusedVisits = SeckillMeter.Meter.CreateCounter<long>("seckill.waiting_room.refused", "{visit}", "Visits refused, by cause.");

    private static readonly Gauge<long> WaitingUsers = SeckillMeter.Meter.CreateGauge<long>("seckill.waiting_room.waiting", "{user}", "Users who wait, by sale; from the Worker that publishes the progress, 0 from the others.");

    public static void Refused(string cause) => RefusedVisits.Add(1, new KeyValuePair<string, object?>("cause", cause));

    public static void Waiting(SaleId sale, long users) => WaitingUsers.Record(users, new KeyValuePair<string, object?>("sale", sale.Value));
}
