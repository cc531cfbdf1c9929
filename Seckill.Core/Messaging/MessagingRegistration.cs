using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Configuration;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Messaging;

/// <summary>Registers the Kafka clients.</summary>
public static class MessagingRegistration
{
    /// <summary>Adds <see cref="KafkaClients"/>, the process's <see cref="KafkaProducer"/>, <see cref="DelayedConsumer"/> and <see cref="BatchConsumer"/>.</summary>
    public static IServiceCollection AddMessaging(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<MessagingOptions>(configuration.GetSection(MessagingOptions.Section));
        services.AddCheckedOptions<KafkaSecurityOptions>(configuration.GetSection(KafkaSecurityOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<KafkaClients>();
        services.TryAddSingleton<KafkaProducer>();
        services.TryAddSingleton<DelayedConsumer>();
        services.TryAddSingleton<BatchConsumer>();
        services.CountFromZero(MessagingMetrics.Produced, MessagingMetrics.ProduceFailures, MessagingMetrics.ProducerRebuilds);
        return services;
    }
}
