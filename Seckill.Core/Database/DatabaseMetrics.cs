using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Database;

/// <summary>Instruments of the connections to MySQL.</summary>
internal static class DatabaseMetrics
{
    public static readonly UpDownCounter<long> InUse =
        SeckillMeter.Meter.CreateUpDownCounter<long>("seckill.database.connections", "{connection}", "Connections to MySQL that somebody works on now, of the driver's pool.");

    public static readonly Histogram<double> OpenDuration =
        SeckillMeter.Calls("seckill.database.open_duration", "From asking for a connection to MySQL to having it: a wait for the pool, or for the server");

    public static readonly Counter<long> OpenFailures = SeckillMeter.Meter.CreateCounter<long>("seckill.database.open_failures", "{connection}", "Connections to MySQL that could not be had.");

    public static readonly Counter<long> Silences = SeckillMeter.Meter.CreateCounter<long>("seckill.database.silences", "{connection}", "Connections to MySQL that fell silent in the middle of a call and were given up.");
}
