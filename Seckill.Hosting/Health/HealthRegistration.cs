using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Seckill.Hosting.Health;

/// <summary>Health checks of the servers that hosts depend on. Which host asks which, and what follows: docs/health.md.</summary>
public static class HealthRegistration
{
    /// <summary>Tag of checks without which a node cannot serve: <c>/healthz/ready</c> asks these.</summary>
    public const string Ready = "ready";

    /// <summary>Tag of checks that must have been healthy once before a node has started: <c>/healthz/startup</c> asks these until they were, together.</summary>
    public const string Startup = "startup";

    /// <summary>How long one check may take: 2 s, under the usual probe time-out of 3. Kept by <see cref="HealthDeadline"/> for all of them.</summary>
    public static TimeSpan Deadline { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Adds the check <c>redis</c>; the node is not ready without it.</summary>
    public static IHealthChecksBuilder AddRedis(this IHealthChecksBuilder checks) =>
        checks.AddCheck<RedisHealthCheck>("redis", HealthStatus.Unhealthy, [Ready]);

    /// <summary>Adds the check <c>worker-id</c>; a node that makes ids is not ready without it.</summary>
    public static IHealthChecksBuilder AddWorkerId(this IHealthChecksBuilder checks) =>
        checks.AddCheck<WorkerIdHealthCheck>("worker-id", HealthStatus.Unhealthy, [Ready, Startup]);

    /// <summary>Adds the check <c>mysql</c>.</summary>
    /// <param name="checks">The builder.</param>
    /// <param name="required">False where the node still does its main work without it: then its absence only degrades.</param>
    public static IHealthChecksBuilder AddMySql(this IHealthChecksBuilder checks, bool required) =>
        checks.AddCheck<MySqlHealthCheck>("mysql", required ? HealthStatus.Unhealthy : HealthStatus.Degraded, required ? [Ready] : []);

    /// <summary>Adds the check <c>kafka-producer</c>, which only degrades: what cannot be sent waits where it is.</summary>
    public static IHealthChecksBuilder AddKafkaProducer(this IHealthChecksBuilder checks) =>
        checks.AddCheck<KafkaProducerHealthCheck>("kafka-producer", HealthStatus.Degraded);
}
