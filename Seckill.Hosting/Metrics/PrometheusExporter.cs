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

    public Func<int, bool>? Collect { get; set; }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (Metric metric in batch)
        {
            PrometheusText.Write(_text, metric);
        }

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
