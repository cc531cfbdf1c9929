using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Seckill.Core.Configuration;
using Seckill.Core.Locking;
using Seckill.Core.Receipts;

namespace Seckill.Core.Reconciliation;

/// <summary>Registers reconciliation.</summary>
public static class ReconciliationRegistration
{
    /// <summary>Adds the loop; needs stock, orders and messaging.</summary>
    public static IServiceCollection AddReconciliation(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<ReconciliationOptions>(configuration.GetSection(ReconciliationOptions.Section));
        services.AddLocking(configuration).AddReceipts(configuration);
        services.AddHostedService<ReservationReconciler>();
        return services;
    }
}
