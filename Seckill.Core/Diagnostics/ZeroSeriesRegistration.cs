using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Core.Diagnostics;

/// <summary>Registers what a feature counts from 0; the host begins it with its metrics.</summary>
public static class ZeroSeriesRegistration
{
    /// <summary>Counters without tags.</summary>
    public static IServiceCollection CountFromZero(this IServiceCollection services, params ReadOnlySpan<Counter<long>> counters)
    {
        foreach (Counter<long> counter in counters)
        {
            services.AddSingleton(new ZeroSeries(counter, null));
        }

        return services;
    }

    /// <summary>A counter with one tag, whose values are known.</summary>
    public static IServiceCollection CountFromZero(this IServiceCollection services, Counter<long> counter, string tag, IEnumerable<string> values)
    {
        foreach (string value in values)
        {
            services.AddSingleton(new ZeroSeries(counter, new KeyValuePair<string, object?>(tag, value)));
        }

        return services;
    }
}
