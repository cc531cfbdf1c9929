using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Configuration;
using Seckill.Core.Diagnostics;
using Seckill.Core.Receipts;

namespace Seckill.Core.Outbox;

/// <summary>Registers the relay.</summary>
public static class OutboxRegistration
{
    /// <summary>Adds the loop <see cref="OutboxRelay"/>; needs messaging and Redis.</summary>
    public static IServiceCollection AddOutboxRelay(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<OutboxOptions>(configuration.GetSection(OutboxOptions.Section));
        services.AddReceipts(configuration);
        services.TryAddSingleton<FaultPoints>();
        services.TryAddSingleton<OutboxRoom>();
        services.AddHostedService<OutboxRelay>();
        services.CountFromZero(OutboxMetrics.Relayed, OutboxMetrics.Claimed, OutboxMetrics.Malformed);
        return services;
    }
}
