using System.Diagnostics.Metrics;
using Seckill.Hosting.Metrics;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Metrics;

/// <summary>What <c>docs/metrics.md</c> promises, against what the code declares.</summary>
public sealed class MetricsTableTests
{
    [Fact]
    public void EveryInstrumentOfOurs_HasARow_AndEveryRowAnInstrument()
    {
        Dictionary<string, Instrument> declared = DeclaredInstruments.Find();
        MetricRow[] rows = MetricRow.ReadAll();

        rows.Length.ShouldBeGreaterThan(100);
        rows.Select(row => row.Instrument).ShouldBeUnique();
        declared.Values.Where(DeclaredInstruments.IsOurs).Select(one => one.Name).Except(rows.Select(row => row.Instrument)).ShouldBeEmpty("These are not in docs/metrics.md.");
        // What is made with a service rather than with its class is seen live.
        foreach (MetricRow row in rows.Where(row => !row.FromStart || declared.ContainsKey(row.Instrument)))
        {
            declared.ShouldContainKey(row.Instrument);
            Instrument instrument = declared[row.Instrument];
            string type = DeclaredInstruments.TypeOf(instrument);
            (row.Type, row.Unit).ShouldBe((type, instrument.Unit ?? string.Empty), row.Instrument);
            row.Name.ShouldBe(PrometheusName.Of(instrument.Name, instrument.Unit ?? string.Empty, type == "counter", type == "histogram"));
            instrument.Description.ShouldNotBeNullOrWhiteSpace(row.Instrument);
        }
    }
}
