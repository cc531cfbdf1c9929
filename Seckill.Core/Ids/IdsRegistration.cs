using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Core.Ids;

/// <summary>Registers id generation.</summary>
public static class IdsRegistration
{
    /// <summary>Adds <see cref="SnowflakeIds"/> and the lease of this node's worker id; needs Redis.</summary>
    public static IServiceCollection AddIds(this IServiceCollection services)
    {
        services.AddSingleton<WorkerIdLease>();
        services.AddSingleton<IWorkerIdSource>(provider => provider.GetRequiredService<WorkerIdLease>());
        services.AddHostedService(provider => provider.GetRequiredService<WorkerIdLease>());
        services.AddSingleton<SnowflakeIds>();
        return services;
    }
}
