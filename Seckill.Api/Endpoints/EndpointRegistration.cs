using System.Security.Claims;
using System.Text.Json.Serialization;
using Seckill.Api.Orders;
using Seckill.Core.Ids;
using Seckill.Core.Stock;

namespace Seckill.Api.Endpoints;

/// <summary>What all endpoints share.</summary>
public static class EndpointRegistration
{
    public static IServiceCollection AddEndpoints(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options =>
        {
            // A field that we do not know is a misspelt one: refused, so that a limit or a list is never silently ignored.
            options.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.AddSingleton<StockHints>();
        services.AddSingleton<OrderLookup>();
        services.AddSingleton<SaleStatsReader>();
        return services;
    }

    /// <summary>The caller, on endpoints that require authorization.</summary>
    public static UserId GetUserId(this ClaimsPrincipal user) => new(user.FindFirstValue(ClaimTypes.NameIdentifier)!);
}
