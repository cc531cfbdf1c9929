using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Configuration;
using Seckill.Core.Diagnostics;
using Seckill.Core.Messaging;

namespace Seckill.Core.Push.Messages;

/// <summary>Registers operators' messages.</summary>
public static class PushMessagesRegistration
{
    /// <summary>Adds <see cref="PushQueue"/>: to send them. Kafka is not connected to before the first one.</summary>
    public static IServiceCollection AddPushQueue(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddMessaging(configuration);
        services.AddCheckedOptions<PushMessageOptions>(configuration.GetSection(PushMessageOptions.Section));
        services.TryAddSingleton<PushQueue>();
        services.CountFromZero(PushMessageMetrics.Unacknowledged);
        return services;
    }

    /// <summary>Adds the loops that deliver them; needs messaging and push sending.</summary>
    public static IServiceCollection AddPushDelivery(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<PushMessageOptions>(configuration.GetSection(PushMessageOptions.Section));
        services.TryAddSingleton<FaultPoints>();
        services.TryAddSingleton<PushMailer>();
        services.TryAddSingleton<LivePublisher>();
        services.AddHostedService<PushMailLoop>();
        services.AddHostedService<LivePublishLoop>();
        services.CountFromZero(MessagingMetrics.DeadLetters, "cause", [PushMailer.MailboxRefused]).CountFromZero(MessagingMetrics.Unroutable, "topic", [KafkaTopics.Push.Name]);
        return services;
    }
}
