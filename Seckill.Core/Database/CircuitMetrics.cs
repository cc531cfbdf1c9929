using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Database;

/// <summary>Instruments of circuits, tagged with the circuit's name.</summary>
internal static class CircuitMetrics
{
    /// <summary>The tag of <see cref="MySqlCircuit"/>.</summary>
    public static readonly KeyValuePair<string, object?> MySql = new("circuit", "mysql");

    public static readonly Gauge<int> State =
        SeckillMeter.Meter.CreateGauge<int>("seckill.circuit.state", "{state}", "0 closed: work goes on. 1 probing. 2 open: work waits.");

    public static readonly Counter<long> Opened =
        SeckillMeter.Meter.CreateCounter<long>("seckill.circuit.opened", "{outage}", "Outages that opened a circuit.");
}
