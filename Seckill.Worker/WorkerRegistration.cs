using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seckill.Core.Database;
using Seckill.Hosting.Health;

namespace Seckill.Worker;

/// <summary>Registers what is the worker's own: migration and readiness.</summary>
internal static class WorkerRegistration
{
    public static IServiceCollection AddSchemaMigration(this IServiceCollection services) =>
        services.AddDatabase().AddHostedService<SchemaMigration>();

    /// <summary>
    /// Ready: schema in place, Kafka's topics as they must be, consumer in its group, Redis, MySQL and Kafka answering. Losing one does not stop the worker: its loops wait. Started: schema in place, and in
    /// its group once. What waits in the outbox, and a producer in trouble, are told and count for nothing: another worker would do no better.
    /// </summary>
    public static IServiceCollection AddWorkerHealth(this IServiceCollection services)
    {
        services.AddSingleton<KafkaHealthCheck>();
        services.AddSingleton<TopicCheck>();
        services.AddHostedService(provider => provider.GetRequiredService<TopicCheck>());
        services.AddHealthChecks()
            .AddRedis()
            .AddMySql(required: true)
            .AddKafkaProducer()
            .AddCheck<OutboxHealthCheck>("outbox", HealthStatus.Unhealthy)
            .AddCheck<KafkaHealthCheck>("kafka", HealthStatus.Unhealthy, [HealthRegistration.Ready])
            .AddCheck<TopicCheck>("topics", HealthStatus.Unhealthy, [HealthRegistration.Ready])
            .AddCheck<SchemaHealthCheck>("schema", HealthStatus.Unhealthy, [HealthRegistration.Ready, HealthRegistration.Startup])
            .AddCheck<OrderIntakeHealthCheck>("order-intake", HealthStatus.Unhealthy, [HealthRegistration.Ready, HealthRegistration.Startup]);
        return services;
    }
}
