using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Seckill.Core.Configuration;

namespace Seckill.Hosting.Telemetry;

/// <summary>Registers traces, and the sending of traces and metrics.</summary>
public static class TelemetryRegistration
{
    /// <summary>Adds both; off until <see cref="TelemetryOptions.Endpoint"/> is set.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The configuration.</param>
    /// <param name="name">The service's name in traces and metrics.</param>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration, string name)
    {
        services.AddCheckedOptions<TelemetryOptions>(configuration.GetSection(TelemetryOptions.Section));
        services.AddSingleton<RequestTraces>();
        services.AddSingleton(ResourceBuilder.CreateDefault().AddService(name, serviceNamespace: "seckill"));
        services.AddHostedService<TelemetryExport>();
        return services;
    }

    /// <summary>Traces requests. Grabs have their own edge before it: this stands behind that, and before everything else.</summary>
    public static WebApplication UseRequestTraces(this WebApplication app)
    {
        RequestTraces traces = app.Services.GetRequiredService<RequestTraces>();
        app.Use(next => context => traces.InvokeAsync(context, next));
        return app;
    }

    /// <summary>Sends metrics to the collector as well, if that is asked for.</summary>
    internal static MeterProviderBuilder AddOtlp(this MeterProviderBuilder metrics, IServiceProvider services)
    {
        TelemetryOptions telemetry = services.GetRequiredService<IOptions<TelemetryOptions>>().Value;
        return telemetry.Endpoint is not { } endpoint || telemetry.Metrics is not MetricsUse.ScrapedAndSent
            ? metrics
            : metrics.SetResourceBuilder(services.GetRequiredService<ResourceBuilder>()).AddOtlpExporter((otlp, reader) =>
            {
                Address(otlp, telemetry.Protocol, endpoint, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)telemetry.MetricsInterval.TotalMilliseconds;
            });
    }

    /// <summary>The exporter takes an address that code gives it as it is; only one of the variable's gets its path.</summary>
    internal static void Address(OtlpExporterOptions otlp, OtlpExportProtocol protocol, Uri endpoint, string path)
    {
        otlp.Protocol = protocol;
        otlp.Endpoint = protocol == OtlpExportProtocol.HttpProtobuf ? new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/{path}") : endpoint;
    }
}
