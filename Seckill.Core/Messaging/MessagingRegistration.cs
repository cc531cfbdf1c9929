using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Seckill.Core.Messaging;

/// <summary>Registers the Kafka clients.</summary>
public static class MessagingRegistration
{
    /// <summary>Adds <see cref="KafkaClients"/> and the process's <see cref="KafkaProducer"/>.</summary>
    public static IServiceCollection AddMessaging(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<MessagingOptions>()
            .Bind(configuration.GetSection(MessagingOptions.Section), binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<KafkaClients>();
        services.TryAddSingleton<KafkaProducer>();
        return services;
    }
}
