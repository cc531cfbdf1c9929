using System.ComponentModel.DataAnnotations;
using OpenTelemetry.Exporter;

namespace Seckill.Hosting.Telemetry;

/// <summary>Where traces and metrics are sent, and how many requests are traced. What these say not (headers with a key, certificates, time-outs) the exporter reads from its own variables, <c>OTEL_EXPORTER_OTLP_…</c>.</summary>
public sealed record TelemetryOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Telemetry";

    /// <summary>Address of an OTLP collector, for example <c>http://collector:4318</c>. Default: none, and nothing is traced or sent; <c>/metrics</c> does not depend on it.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>How the collector is spoken to, HttpProtobuf (usually port 4318) or Grpc (4317). Default HttpProtobuf: it passes every proxy.</summary>
    public OtlpExportProtocol Protocol { get; set; } = OtlpExportProtocol.HttpProtobuf;

    /// <summary>Share of the requests that begin a trace here, 0 to 1. Default 0.01: a sale of some thousand grabs shows dozens of whole ways. A request that comes with a <c>traceparent</c> is traced if its caller says so.</summary>
    [Range(0.0, 1.0)]
    public double SamplingRatio { get; set; } = 0.01;

    /// <summary>
    /// Most requests a second that are traced on this node, those of callers included, 1 to 100,000. Default 50: a crowd makes no more spans than a quiet hour of a few thousand requests a second, and nobody can make us trace
    /// everything by saying so. Past it a request is answered untraced.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxTracesPerSecond { get; set; } = 50;

    /// <summary>Spans that wait to be sent, 512 to 1,000,000. Default 8,192: twenty seconds of <see cref="MaxTracesPerSecond"/> with the collector away, some 10 MB. When full, new spans are dropped.</summary>
    [Range(512, 1_000_000)]
    public int MaxQueuedSpans { get; set; } = 8_192;

    /// <summary>What becomes of metrics. Default Scraped: they are served at <c>/metrics</c>, on which alerts, dashboards and scaling rest.</summary>
    public MetricsUse Metrics { get; set; } = MetricsUse.Scraped;

    /// <summary>How often metrics are sent, 1 s to 10 min. Default 15 s, as a scraper usually comes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan MetricsInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is { } endpoint && !(endpoint.IsAbsoluteUri && (endpoint.Scheme == Uri.UriSchemeHttp || endpoint.Scheme == Uri.UriSchemeHttps)))
        {
            yield return new ValidationResult($"{nameof(Endpoint)} must be an absolute http or https address.", [nameof(Endpoint)]);
        }
    }
}
