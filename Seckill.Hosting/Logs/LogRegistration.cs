using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Seckill.Core.Configuration;

namespace Seckill.Hosting.Logs;

/// <summary>Registers the console's format.</summary>
public static class LogRegistration
{
    /// <summary>One line per event in either format, with times in UTC; in JSON with the event's id, each value of the message by name, and the trace and the span in which it was written.</summary>
    public static IServiceCollection AddConsoleFormat(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<LogOptions>(configuration.GetSection(LogOptions.Section));
        services.Configure<LoggerFactoryOptions>(factory => factory.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        services.AddOptions<ConsoleLoggerOptions>().Configure<IOptions<LogOptions>, IHostEnvironment>((console, logs, environment) =>
            console.FormatterName = logs.Value.Format is LogFormat.Json || (logs.Value.Format is LogFormat.Auto && !environment.IsDevelopment())
                ? ConsoleFormatterNames.Json
                : ConsoleFormatterNames.Simple);
        services.Configure<JsonConsoleFormatterOptions>(json => (json.IncludeScopes, json.UseUtcTimestamp, json.TimestampFormat) = (true, true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        services.Configure<SimpleConsoleFormatterOptions>(simple => (simple.SingleLine, simple.UseUtcTimestamp, simple.TimestampFormat) = (true, true, "HH:mm:ss.fff "));
        return services;
    }
}
