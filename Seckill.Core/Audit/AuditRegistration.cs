using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Configuration;
using Seckill.Core.Database;

namespace Seckill.Core.Audit;

/// <summary>Registers the audit log.</summary>
public static class AuditRegistration
{
    /// <summary>Adds <see cref="AuditLog"/>: to write and to read.</summary>
    public static IServiceCollection AddAuditLog(this IServiceCollection services)
    {
        services.AddDatabase();
        services.TryAddSingleton<AuditLog>();
        return services;
    }

    /// <summary>Adds what a host needs that takes operators' orders: <see cref="AuditTrail"/>, <see cref="RefusedAccess"/>, and a note for each request.</summary>
    public static IServiceCollection AddAuditTrail(this IServiceCollection services)
    {
        services.AddAuditLog();
        services.TryAddSingleton<AuditTrail>();
        services.AddSingleton<RefusedAccess>();
        services.AddHostedService(provider => provider.GetRequiredService<RefusedAccess>());
        services.TryAddScoped<AuditNote>();
        return services;
    }

    /// <summary>Adds the loop that takes out what is too old.</summary>
    public static IServiceCollection AddAuditSweep(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<AuditOptions>(configuration.GetSection(AuditOptions.Section));
        return services.AddAuditLog().AddHostedService<AuditSweep>();
    }
}
