using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Seckill.Core.Diagnostics;

namespace Seckill.Hosting.Telemetry;

/// <summary>Sends spans to the collector while the host runs; does nothing when no collector is named.</summary>
/// <remarks>Spans wait in a bounded queue and leave in batches on a thread of the SDK's: a collector that is away costs spans, never a request.</remarks>
internal sealed class TelemetryExport(IOptions<TelemetryOptions> options, ResourceBuilder resource, ILogger<TelemetryExport> log) : IHostedService, IDisposable
{
    // Enough for what waits to leave, and short enough for the host's own limit when the collector is away.
    private const int ShutdownMs = 2_000;

    private TracerProvider? _provider;
    private CollectorWatch? _watch;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        TelemetryOptions telemetry = options.Value;
        if (telemetry.Endpoint is { } endpoint)
        {
            _watch = new CollectorWatch(endpoint, log);
            _provider = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource)
                .AddSource(SeckillMeter.Name)
                // Who begins a trace has decided already, see RequestTraces: whatever comes without a parent is wanted.
                .SetSampler(new ParentBasedSampler(new AlwaysOnSampler()))
                .AddOtlpExporter(otlp =>
                {
                    TelemetryRegistration.Address(otlp, telemetry.Protocol, endpoint, "v1/traces");
                    otlp.BatchExportProcessorOptions.MaxQueueSize = telemetry.MaxQueuedSpans;
                })
                .Build();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _provider?.Shutdown(ShutdownMs);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _provider?.Dispose();
        _watch?.Dispose();
    }
}
