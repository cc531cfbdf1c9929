using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Core.Reconciliation;

/// <summary>Registers reconciliation.</summary>
public static class ReconciliationRegistration
{
    /// <summary>Adds the loop; needs stock, orders and messaging.</summary>
    public static IServiceCollection AddReconciliation(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<ReconciliationOptions>()
            .Bind(configuration.GetSection(ReconciliationOptions.Section), binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations();
        services.AddHostedService<ReservationReconciler>();
        return services;
    }
}
