using Microsoft.Extensions.Options;
using Push.Hub.Backplane;
using Push.Hub.Diagnostics;
using Push.Hub.Hubs;

namespace Push.Hub.Connections;

/// <summary>Lets a node go without a storm: from when the host is asked to stop, no connection is taken, and those there are told to go elsewhere, spread over <see cref="HubConnectionOptions.DrainWindow"/>.</summary>
/// <remarks>
/// Nothing is lost: what a closed connection was not given is in its mailbox, and the client resumes elsewhere from where it stands. It must be done before SignalR hears that the host
/// stops, which then cuts all connections at once. There are two ways there, and both come through <see cref="DrainAsync"/>: a host that is stopped calls <see cref="StoppingAsync"/> first; on
/// a signal the lifetime's token comes first, whose callbacks run last registered first, and this one is registered after SignalR's, which is made when the hub is mapped.
/// </remarks>
internal sealed class ConnectionDrain(
    ConnectionGate gate, LocalConnections<PushHub> connections, IHostApplicationLifetime lifetime, IOptions<HubConnectionOptions> options, TimeProvider time, ILogger<ConnectionDrain> log)
    : IHostedLifecycleService, IDisposable
{
    /// <summary>Sent in the close message.</summary>
    public const string Reason = PushCodes.Draining + ": connect to another node and resume";

    /// <summary>What a host needs to stop on top of the window: the last close messages and what other parts still write.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LastClosesTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private CancellationTokenRegistration _stopping;
    private Task? _drain;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // On the thread of the signal, as SignalR's own callback that it holds up: nothing else may run before the connections are gone.
        _stopping = lifetime.ApplicationStopping.Register(() => DrainAsync().GetAwaiter().GetResult());
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => DrainAsync();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    private Task DrainAsync()
    {
        lock (_lock)
        {
            return _drain ??= Task.Run(RunAsync);
        }
    }

    private async Task RunAsync()
    {
        gate.StartDraining();
        long began = time.GetTimestamp();
        LocalConnection[] all = [.. connections.All.Select(one => one.Value)];
        Random.Shared.Shuffle(all);
        log.Draining(all.Length, options.Value.DrainWindow);

        // Each goes at a moment of its own, evenly over the window and in an order that no client can foresee.
        for (int i = 0; i < all.Length; i++)
        {
            TimeSpan due = options.Value.DrainWindow * ((i + Random.Shared.NextDouble()) / all.Length);
            while (time.GetElapsedTime(began) < due && connections.Count > 0)
            {
                await Task.Delay(Step, time);
            }

            all[i].Close(Reason);
        }

        // Those who had their place before the gate closed and have come in since.
        long closed = time.GetTimestamp();
        while (gate.Count > 0 && time.GetElapsedTime(closed) < LastClosesTimeout)
        {
            foreach ((string _, LocalConnection late) in connections.All)
            {
                late.Close(Reason);
            }

            await Task.Delay(Step, time);
        }

        log.Drained(all.Length, gate.Count);
    }
}
