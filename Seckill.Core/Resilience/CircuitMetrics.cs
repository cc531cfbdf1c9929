using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Resilience;

/// <summary>Instruments of circuits, tagged with the <c>dependency</c> that they stand before: <c>mysql</c>, <c>redis</c>, <c>payment-gateway</c>.</summary>
internal static class CircuitMetrics
{
    public const int Closed = 0;
    public const int Probing = 1;
    public const int Open = 2;

    public static readonly Counter<long> Opened =
        SeckillMeter.Meter.CreateCounter<long>("seckill.circuit.opened", "{outage}", "Outages that opened a circuit.");

    // One entry for each dependency of the process.
    private static readonly ConcurrentDictionary<string, int> States = new();

    // Observed rather than recorded: a circuit that has never moved is told as closed too, and an alert can tell "closed" from "not there".
    private static readonly ObservableGauge<int> State = SeckillMeter.Meter.CreateObservableGauge(
        "seckill.circuit.state", () => States.Select(one => new Measurement<int>(one.Value, TagOf(one.Key))), "{state}", "0 closed: work goes on. 1 probing. 2 open: nobody asks.");

    /// <summary>The tag of a dependency.</summary>
    public static KeyValuePair<string, object?> TagOf(string dependency) => new("dependency", dependency);

    /// <summary>Notes where a circuit stands; one that has left the closed state counts as opened.</summary>
    public static void Stands(string dependency, int state)
    {
        int before = States.TryGetValue(dependency, out int known) ? known : Closed;
        States[dependency] = state;
        if (before == Closed && state == Open)
        {
            Opened.Add(1, TagOf(dependency));
        }
    }
}
