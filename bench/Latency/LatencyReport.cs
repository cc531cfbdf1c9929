using Seckill.Benchmarks.Ceiling;
using Seckill.Benchmarks.Reporting;
using Seckill.LoadTests.Reporting;

namespace Seckill.Benchmarks.Latency;

/// <summary>All rounds of each load, their medians, and the ratios that the design asks for, each taken within its round.</summary>
internal sealed class LatencyReport(Dictionary<string, List<LatencyRun>> runs)
{
    private static readonly string[] Heads = ["median", "offered/s", "accepted/s", "refused/s", "not sent", "errors", "p50 ms", "p99 ms"];

    public BenchReport ToReport(string fsync, TimeSpan length) => new(
        "latency", "What a grab waits for beside a bare request", Heads, [.. runs.Keys.Select(RowOf)], Ratios(), $"{runs.Values.First().Count} rounds, {length.TotalSeconds:0} s a load, Redis fsync {fsync}",
        new { loads = runs, ratios = Ratios(), fsync, secondsPerLoad = length.TotalSeconds, environment = RunEnvironment.Describe() });

    private string[] RowOf(string name) =>
    [
        name, $"{Median(name, run => run.Offered):N0}", $"{Median(name, run => run.Accepted):N0}", $"{Median(name, run => run.Refused):N0}", $"{Median(name, run => run.NotSent):N0}",
        $"{Median(name, run => run.Errors):N0}", $"{Median(name, run => run.P50Ms):0.00}", $"{Median(name, run => run.P99Ms):0.00}",
    ];

    private Dictionary<string, double> Ratios() => new()
    {
        ["p99At70PercentToBare"] = Within("inStock 0.7x", "bare 0.7x", (grab, bare) => grab.P99Ms / bare.P99Ms),
        ["loneP50AboveBareMs"] = Within("inStock alone", "bare alone", (grab, bare) => grab.P50Ms - bare.P50Ms),
        ["goodputAt2xToPeak"] = Within("inStock 2x", "inStock closed", (over, peak) => over.Accepted / peak.Accepted),
        ["goodputAt5xToPeak"] = Within("inStock 5x", "inStock closed", (over, peak) => over.Accepted / peak.Accepted),
        ["p99At2xTo70Percent"] = Within("inStock 2x", "inStock 0.7x", (over, normal) => over.P99Ms / normal.P99Ms),
        ["p99At5xTo70Percent"] = Within("inStock 5x", "inStock 0.7x", (over, normal) => over.P99Ms / normal.P99Ms),
    };

    private double Median(string name, Func<LatencyRun, double> figure) => CeilingRun.Median(runs[name].Select(figure));

    private double Within(string name, string to, Func<LatencyRun, LatencyRun, double> ratio) => CeilingRun.Median(runs[name].Zip(runs[to], ratio));
}
