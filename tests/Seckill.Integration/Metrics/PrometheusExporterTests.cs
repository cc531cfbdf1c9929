using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Seckill.Hosting.Metrics;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Metrics;

/// <summary>The text of <c>/metrics</c>, from instruments of the test's own.</summary>
public sealed class PrometheusExporterTests : IDisposable
{
    private readonly string _name = $"tests.{Guid.NewGuid():N}";
    private readonly PrometheusExporter _exporter = new();
    private readonly Meter _meter;
    private readonly MeterProvider _provider;

    public PrometheusExporterTests()
    {
        _meter = new Meter(_name);
        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(_name)
            .AddReader(new BaseExportingMetricReader(_exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative })
            .Build();
    }

    [Theory]
    [InlineData("seckill.grab.outcomes", "{grab}", true, false, "seckill_grab_outcomes_total")]
    [InlineData("dotnet.gc.pause.time", "s", true, false, "dotnet_gc_pause_time_seconds_total")]
    [InlineData("things.total", "{thing}", true, false, "things_total")]
    [InlineData("dotnet.timer.count", "{timer}", false, false, "dotnet_timer")]
    [InlineData("queue.bytes", "By", false, false, "queue_bytes")]
    [InlineData("queue.load", "1", false, false, "queue_load_ratio")]
    [InlineData("http.server.request.duration", "s", false, true, "http_server_request_duration_seconds")]
    public void Names_EndInUnitAndTotal_AndInNothingThatPrometheusKeepsForItself(string instrument, string unit, bool isCounter, bool isHistogram, string expected) =>
        PrometheusName.Of(instrument, unit, isCounter, isHistogram).ShouldBe(expected);

    [Fact]
    public async Task NumbersThatAreNone_BoolsAndOddLabels_AreWrittenAsPrometheusReadsThem()
    {
        Gauge<double> gauge = _meter.CreateGauge<double>("level", null, "A level");
        gauge.Record(double.PositiveInfinity, new KeyValuePair<string, object?>("which", "up"));
        gauge.Record(double.NegativeInfinity, new KeyValuePair<string, object?>("which", "down"));
        gauge.Record(double.NaN, new KeyValuePair<string, object?>("which", null));
        gauge.Record(0.1, new KeyValuePair<string, object?>("is.odd", true), new KeyValuePair<string, object?>("text", "a \"b\"\\\nc 抢"));

        string text = await _exporter.ScrapeAsync(TestContext.Current.CancellationToken);

        text.ShouldContain("level{which=\"up\"} +Inf\n");
        text.ShouldContain("level{which=\"down\"} -Inf\n");
        text.ShouldContain("level{which=\"\"} NaN\n");
        text.ShouldContain("level{is_odd=\"true\",text=\"a \\\"b\\\"\\\\\\nc 抢\"} 0.1\n");
        (await Promtool.RunAsync(text, "check", "metrics")).ShouldBe((0, string.Empty));
    }

    [Fact]
    public async Task TwoMetersWithAnInstrumentOfOneName_MakeOneFamily()
    {
        using Meter other = new(_name, version: "2");
        _meter.CreateCounter<long>("twins", "{twin}", "Twins").Add(1, new KeyValuePair<string, object?>("of", "first"));
        _meter.CreateCounter<long>("others", "{other}", "Between them").Add(1);
        other.CreateCounter<long>("twins", "{twin}", "Twins").Add(2, new KeyValuePair<string, object?>("of", "second"));

        string text = await _exporter.ScrapeAsync(TestContext.Current.CancellationToken);

        text.ShouldContain("# TYPE twins_total counter\ntwins_total{of=\"first\"} 1\ntwins_total{of=\"second\"} 2\n");
        text.Split("# TYPE twins_total").Length.ShouldBe(2);
        (await Promtool.RunAsync(text, "check", "metrics")).ShouldBe((0, string.Empty));
    }

    [Fact]
    public async Task AHistogram_CountsUpToItsLastBucket()
    {
        Histogram<double> wait = _meter.CreateHistogram("wait", "s", "A wait", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (double value in (double[])[0.05, 0.1, 0.5, 7])
        {
            wait.Record(value, new KeyValuePair<string, object?>("for", "it"));
        }

        string text = await _exporter.ScrapeAsync(TestContext.Current.CancellationToken);

        text.ShouldContain("""
            # HELP wait_seconds A wait
            # TYPE wait_seconds histogram
            wait_seconds_bucket{for="it",le="0.1"} 2
            wait_seconds_bucket{for="it",le="1"} 3
            wait_seconds_bucket{for="it",le="+Inf"} 4
            wait_seconds_sum{for="it"} 7.65
            wait_seconds_count{for="it"} 4

            """);
    }

    [Fact]
    public async Task AThousandSeries_ComeWhole_HoweverManyAskAtOnce()
    {
        Counter<long> counter = _meter.CreateCounter<long>("many", "{thing}", "Many things");
        for (int i = 0; i < 1_000; i++)
        {
            counter.Add(i, new KeyValuePair<string, object?>("n", i));
        }

        string[] texts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _exporter.ScrapeAsync(TestContext.Current.CancellationToken)));

        foreach (string text in texts)
        {
            text.Split('\n').Count(line => line.StartsWith("many_total{", StringComparison.Ordinal)).ShouldBe(1_000);
        }
    }

    public void Dispose()
    {
        _provider.Dispose();
        _exporter.Dispose();
        _meter.Dispose();
    }
}
