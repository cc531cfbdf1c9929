using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Seckill.Core.Admission;
using Seckill.Core.Configuration;
using Seckill.Core.Diagnostics;
using Seckill.Core.Grab;

namespace Seckill.Core.WaitingRooms;

/// <summary>Registers waiting rooms.</summary>
public static class WaitingRoomRegistration
{
    /// <summary>Adds <see cref="WaitingRoom"/>; needs Redis, admission and grab tokens. Called by <see cref="GrabRegistration.AddGrab"/>.</summary>
    public static IServiceCollection AddWaitingRooms(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRoomStore(configuration);
        services.TryAddSingleton<RoomTickets>();
        services.TryAddSingleton(provider => new WaitingRoom(
            provider.GetRequiredService<GrabHandler>(), provider.GetRequiredService<RoomStore>(), provider.GetRequiredService<RoomTickets>(),
            provider.GetRequiredService<IOptions<AdmissionOptions>>(), provider.GetRequiredService<IOptions<WaitingRoomOptions>>(), provider.GetRequiredService<TimeProvider>()));
        services.CountFromZero(RoomMetrics.Left);
        return services;
    }

    /// <summary>Adds the loop that tells watchers how the rooms move; needs Redis and push sending.</summary>
    public static IServiceCollection AddWaitingRoomProgress(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRoomStore(configuration);
        services.AddHostedService<RoomProgressPublisher>();
        return services;
    }

    private static void AddRoomStore(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<WaitingRoomOptions>(configuration.GetSection(WaitingRoomOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RoomStore>();
        // Also where only the progress is told: its visits admit as well.
        services.CountFromZero(RoomMetrics.Admitted, RoomMetrics.FellSilent);
    }
}
