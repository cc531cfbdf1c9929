using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Seckill.Hosting.Metrics;

namespace Seckill.Benchmarks.Metrics;

/// <summary>What one look at <c>/metrics</c> costs, collecting included: 600 counters and gauges, and 25 histograms whose 16 lines each are series of their own, 1,000 in all.</summary>
[MemoryDiagnoser]
public class ScrapeBenchmarks : IDisposable
{
    private const string Name = "bench.scrape";
    private const int Instruments = 30;
    private const int SeriesEach = 20;
    private const int Histograms = 25;

    private readonly Meter _meter = new(Name);
    private readonly PrometheusExporter _exporter = new();
    private readonly MeterProvider _provider;

    public ScrapeBenchmarks()
    {
        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(Name)
            .AddReader(new BaseExportingMetricReader(_exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative })
            .Build();
        for (int i = 0; i < Instruments; i++)
        {
            Counter<long> counter = _meter.CreateCounter<long>($"bench.things_{i}", "{thing}", "Things that were counted, by what became of them.");
            for (int n = 0; n < SeriesEach; n++)
            {
                counter.Add(1_234_567 + n, new KeyValuePair<string, object?>("outcome", $"outcome-{n}"));
            }
        }

        // Thirteen bounds and infinity, sum and count.
        InstrumentAdvice<double> advice = new() { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };
        Histogram<double> waits = _meter.CreateHistogram("bench.wait", "s", "How long it took, by route.", tags: null, advice);
        for (int n = 0; n < Histograms; n++)
        {
            waits.Record(0.03 * n, new KeyValuePair<string, object?>("route", $"/api/v1/things/{n}"));
        }
    }

    [Benchmark]
    public Task<string> ScrapeAsync() => _exporter.ScrapeAsync(CancellationToken.None);

    public void Dispose()
    {
        _provider.Dispose();
        _exporter.Dispose();
        _meter.Dispose();
    }
}
