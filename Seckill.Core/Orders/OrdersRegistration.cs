using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Database;

namespace Seckill.Core.Orders;

/// <summary>Registers orders.</summary>
public static class OrdersRegistration
{
    /// <summary>Adds the read side, <see cref="OrderStore"/>.</summary>
    public static IServiceCollection AddOrders(this IServiceCollection services)
    {
        services.AddDatabase();
        services.TryAddSingleton<OrderStore>();
        return services;
    }
}
