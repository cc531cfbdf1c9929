using System.Runtime.InteropServices;
using Seckill.Benchmarks.Reporting;

namespace Seckill.Benchmarks.Ceiling;

/// <summary>All rounds, their medians and the ratios to a bare request, each ratio taken within its round.</summary>
internal sealed class CeilingReport(CeilingSettings settings, IReadOnlyList<IReadOnlyDictionary<string, CeilingRun>> rounds, int noisyRounds)
{
    private static readonly string[] Heads = ["median", "per s", "/ bare", "p50 ms", "p99 ms", "its CPU µs", "Redis CPU µs", "bytes"];

    /// <summary>As a table and as a document.</summary>
    public BenchReport ToReport() => new("ceiling", "What a grab costs beside a bare request", Heads, [.. Names.Select(RowOf)], Ratios(), $"{settings.Rounds} rounds of {settings.Duration.TotalSeconds:0} s, {settings.Connections} connections, Redis persistence {settings.Persistence}, {noisyRounds} noisy rounds repeated", ToJson());

    private IEnumerable<string> Names => rounds[0].Keys;

    private string[] RowOf(string name)
    {
        CeilingRun run = MedianOf(name);
        return [name, $"{run.Rps:N0}", $"{Ratio(name, "bare"):0.00}", $"{run.P50Ms:0.00}", $"{run.P99Ms:0.00}", $"{run.ServerCpuUs:0.0}", $"{run.RedisCpuUs:0.0}", $"{run.AllocatedBytes:N0}"];
    }

    private Dictionary<string, double> Ratios() => new()
    {
        ["inStockToBare"] = Ratio("inStock", "bare"),
        ["soldOutToBare"] = Ratio("soldOut", "bare"),
        ["inStockToSingle"] = Ratio("inStock", "single"),
        ["inStockToNaive"] = Ratio("inStock", "naive"),
        ["guardedToUnguarded"] = Ratio("guarded", "unguarded"),
        ["grabsPerRedisCpuSecondToSingle"] = CeilingRun.Median(rounds.Select(round => round["single"].RedisCpuUs / round["inStock"].RedisCpuUs)),
    };

    private CeilingRun MedianOf(string name) => CeilingRun.MedianOf([.. rounds.Select(round => round[name])]);

    // Median over the rounds of one contestant's answers per second over another's.
    private double Ratio(string name, string to) => CeilingRun.Median(rounds.Select(round => round[name].Rps / round[to].Rps));

    private Dictionary<string, object> ToJson()
    {
        Dictionary<string, object> json = [];
        foreach (string name in Names)
        {
            CeilingRun median = MedianOf(name);
            json[name] = new { median.Rps, median.P50Ms, median.P99Ms, median.ServerCpuUs, median.RedisCpuUs, median.AllocatedBytes, rounds = rounds.Select(round => round[name]) };
        }

        json["ratios"] = Ratios();
        json["environment"] = new
        {
            os = RuntimeInformation.OSDescription,
            runtime = RuntimeInformation.FrameworkDescription,
            cores = Environment.ProcessorCount,
            redis = settings.Persistence.ToString(),
            settings.Connections,
            secondsPerRun = settings.Duration.TotalSeconds,
            noisyRounds,
        };
        return json;
    }
}
