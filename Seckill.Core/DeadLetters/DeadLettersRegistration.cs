using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Database;

namespace Seckill.Core.DeadLetters;

/// <summary>Registers dead letters.</summary>
public static class DeadLettersRegistration
{
    /// <summary>Adds <see cref="DeadLetterStore"/>: to see and decide.</summary>
    public static IServiceCollection AddDeadLetters(this IServiceCollection services)
    {
        services.AddDatabase();
        services.TryAddSingleton<DeadLetterStore>();
        return services;
    }

    /// <summary>Adds the loops <see cref="DeadLetterProjection"/> and <see cref="DeadLetterReplays"/>; needs messaging, stock and the order intake's circuit.</summary>
    public static IServiceCollection AddDeadLetterLoops(this IServiceCollection services) =>
        services.AddDeadLetters().AddHostedService<DeadLetterProjection>().AddHostedService<DeadLetterReplays>();
}
