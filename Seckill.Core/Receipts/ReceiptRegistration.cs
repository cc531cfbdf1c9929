using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Configuration;
using Seckill.Core.Signing;

namespace Seckill.Core.Receipts;

/// <summary>Registers receipts.</summary>
public static class ReceiptRegistration
{
    /// <summary>Adds <see cref="ReceiptSigner"/> and <see cref="ReservationReceipts"/>; a missing or weak key stops the host at start. May be called by each feature that needs them.</summary>
    public static IServiceCollection AddReceipts(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(ReceiptSigner)))
        {
            return services;
        }

        services.AddCheckedOptions<ReceiptOptions>(configuration.GetSection(ReceiptOptions.Section));
        services.TryAddSingleton<ReceiptKeys>();
        services.TryAddSingleton<ReceiptSigner>();
        services.TryAddSingleton<ReservationReceipts>();
        services.AddHostedService<HmacKeyRingLoading<ReceiptKeys>>();
        return services;
    }
}
