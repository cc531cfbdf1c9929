using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;
using Seckill.Core.Redis;
using Seckill.Hosting.Authentication;
using Seckill.Hosting.Faults;
using Seckill.Hosting.Health;
using Seckill.Hosting.Limits;
using Seckill.Hosting.Logs;
using Seckill.Hosting.Metrics;
using Seckill.Hosting.Security;
using Seckill.Hosting.Telemetry;

namespace Seckill.Hosting;

/// <summary>What every host has: connections, quiet logs, problem details, health and metrics.</summary>
public static class SeckillHost
{
    /// <summary>Adds the services.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="name">Name in logs, <c>CLIENT LIST</c> and metrics: <c>seckill-api</c>, <c>seckill-worker</c>, <c>push-hub</c>.</param>
    public static WebApplicationBuilder AddSeckillHost(this WebApplicationBuilder builder, string name)
    {
        RefusePlantedBug(builder.Environment);
        builder.Configuration.AddSecretFiles();
        SecretSources.RefuseWeakSecrets(builder.Configuration, builder.Environment);
        // A log line per request would cost more than a grab does.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // Any level of this category, even one that it never uses, makes the host build an activity and a log scope for every request. Faults are logged by Kestrel and by our handlers.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Logging.AddFilter(typeof(BearerTokenHandler).FullName, LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        builder.Services.AddConnections(builder.Configuration).AddRedis(name).AddDatabase();
        builder.Services.AddSingleton<FaultPoints>();
        builder.Services.AddProblemDetails();
        builder.Services.AddHealthChecks();
        builder.Services.PostConfigure<HealthCheckServiceOptions>(HealthDeadline.ApplyTo);
        builder.Services.AddSingleton<HealthCache>();
        builder.Services.AddConsoleFormat(builder.Configuration);
        builder.Services.AddTelemetry(builder.Configuration, name);
        builder.Services.AddMetricsEndpoint();
        builder.Services.AddHttpLimits(builder.Configuration);
        builder.Services.AddSecurityHeaders(builder.Configuration);
        return builder;
    }

    /// <summary>Maps <c>/healthz</c>, <c>/healthz/live</c>, <c>/healthz/startup</c>, <c>/healthz/ready</c> and <c>/metrics</c>; in Development also <c>/dev/faults</c>.</summary>
    public static WebApplication MapSeckillHost(this WebApplication app)
    {
        app.MapHealth();
        app.MapMetrics();
        app.MapFaults();
        return app;
    }

    private static void RefusePlantedBug(IHostEnvironment environment)
    {
        if (Planted.Window.Length > 0 && !environment.IsDevelopment())
        {
            throw new InvalidOperationException($"{Planted.Variable} switches a remedy off; it is for tests and needs the environment Development.");
        }
    }
}
