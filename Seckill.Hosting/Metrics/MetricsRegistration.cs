using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Seckill.Core.Diagnostics;
using Seckill.Hosting.Telemetry;

namespace Seckill.Hosting.Metrics;

/// <summary>Collects the engine's, ASP.NET Core's and the runtime's meters and serves them at <c>/metrics</c>. Every name: <c>docs/metrics.md</c>.</summary>
internal static class MetricsRegistration
{
    /// <summary>Most combinations of tags that an instrument may have: 1,000. What comes beyond counts under <c>otel_metric_overflow="true"</c>, so that no tag can fill the memory.</summary>
    private const int MaxSeriesPerInstrument = 1_000;

    private static readonly string[] Meters =
    [
        SeckillMeter.Name, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Http.Connections",
    ];

    public static void AddMetricsEndpoint(this IServiceCollection services)
    {
        services.AddSingleton<PrometheusExporter>();
        services.AddHostedService<HealthGauges>();
        services.AddSingleton(provider => Sdk.CreateMeterProviderBuilder()
            .AddMeter(Meters)
            // Two updates a request for a number that Kestrel's own gauges of connections tell as well.
            .AddView("http.server.active_requests", MetricStreamConfiguration.Drop)
            .AddView("seckill.*", new MetricStreamConfiguration { CardinalityLimit = MaxSeriesPerInstrument })
            .AddReader(new BaseExportingMetricReader(provider.GetRequiredService<PrometheusExporter>())
            {
                TemporalityPreference = MetricReaderTemporalityPreference.Cumulative,
            })
            .AddOtlp(provider)
            .Build());
    }

    public static void MapMetrics(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<TelemetryOptions>>().Value.Metrics is MetricsUse.Off)
        {
            return; // What nobody adds up costs next to nothing.
        }

        // Made now: instruments count from here on, not from the first scrape.
        app.Services.GetRequiredService<MeterProvider>();
        foreach (ZeroSeries series in app.Services.GetServices<ZeroSeries>())
        {
            series.Begin();
        }

        app.MapGet("/metrics", ScrapeAsync).ExcludeFromDescription().AllowAnonymous().DisableRateLimiting();
    }

    private static async Task<IResult> ScrapeAsync(PrometheusExporter exporter, CancellationToken stop) =>
        TypedResults.Text(await exporter.ScrapeAsync(stop), PrometheusText.ContentType);
}
