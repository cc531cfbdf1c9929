using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Seckill.Hosting.Metrics;

/// <summary>Pull exporter: <see cref="ScrapeAsync"/> asks the SDK to collect and gives back what it exported. Scrapes take turns.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly StringBuilder _text = new(16 * 1024);
    private readonly List<Metric> _metrics = [];

    public Func<int, bool>? Collect { get; set; }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (Metric metric in batch)
        {
            _metrics.Add(metric);
        }

        // Grouped, since two meters may have an instrument of the same name, and the format wants each name once.
        foreach (IGrouping<string, Metric> family in _metrics.GroupBy(PrometheusName.Of, StringComparer.Ordinal))
        {
            PrometheusText.Write(_text, family.Key, [.. family]);
        }

        _metrics.Clear();
        return ExportResult.Success;
    }

    public async Task<string> ScrapeAsync(CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            _text.Clear();
            Collect?.Invoke(2_000);
            return _text.ToString();
        }
        finally
        {
            _turn.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        _turn.Dispose();
        base.Dispose(disposing);
    }
}
