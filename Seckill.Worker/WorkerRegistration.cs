using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seckill.Core.Database;
using Seckill.Hosting.Health;

namespace Seckill.Worker;

/// <summary>Registers what is the worker's own: migration and readiness.</summary>
internal static class WorkerRegistration
{
    public static IServiceCollection AddSchemaMigration(this IServiceCollection services) =>
        services.AddDatabase().AddHostedService<SchemaMigration>();

    /// <summary>Ready: schema in place, Kafka's topics as they must be, consumer in its group, Redis, MySQL and Kafka answering. Losing one does not stop the worker: its loops wait.</summary>
    public static IServiceCollection AddWorkerHealth(this IServiceCollection services)
    {
        services.AddSingleton<KafkaHealthCheck>();
        services.AddSingleton<TopicCheck>();
        services.AddHostedService(provider => provider.GetRequiredService<TopicCheck>());
        services.AddHealthChecks()
            .AddRedis()
            .AddMySql(required: true)
            .AddCheck<KafkaHealthCheck>("kafka", HealthStatus.Unhealthy, [HealthRegistration.Ready], HealthRegistration.Deadline)
            .AddCheck<TopicCheck>("topics", HealthStatus.Unhealthy, [HealthRegistration.Ready])
            .AddCheck<SchemaHealthCheck>("schema", HealthStatus.Unhealthy, [HealthRegistration.Ready])
            .AddCheck<OrderIntakeHealthCheck>("order-intake", HealthStatus.Unhealthy, [HealthRegistration.Ready]);
        return services;
    }
}
