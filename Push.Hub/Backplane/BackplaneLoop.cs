using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Push.Hub.Diagnostics;
using Seckill.Core.Diagnostics;
using Seckill.Core.Push;
using StackExchange.Redis;

namespace Push.Hub.Backplane;

/// <summary>Keeps the node's subscription alive and hands what arrives to the receivers, one after another.</summary>
/// <remarks>
/// Watchdog: the node publishes a heartbeat to its own channel each <see cref="BackplaneOptions.HeartbeatInterval"/>. When several stay away, whatever the
/// reason, the multiplexer is replaced and the receivers are told that messages may be lost. The same happens when the inbox overflows.
/// </remarks>
/// <typeparam name="THub">The hub.</typeparam>
internal sealed class BackplaneLoop<THub>(
    BackplanePublisher<THub> publisher,
    IEnumerable<IBackplaneReceiver<THub>> receivers,
    IOptions<Seckill.Core.Connections> connections,
    IOptions<BackplaneOptions> options,
    BackplaneHearing hearing,
    FaultPoints faults,
    TimeProvider time,
    ILogger<BackplaneLoop<THub>> log) : BackgroundService
    where THub : Microsoft.AspNetCore.SignalR.Hub
{
    private readonly BackplaneOptions _options = options.Value;
    private readonly IBackplaneReceiver<THub>[] _receivers = [.. receivers];

    private readonly Channel<byte[]> _inbox = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(options.Value.MaxInbox) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private long _lastHeartbeatAt;
    private int _lost;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(ReceiveAsync(stoppingToken), WatchAsync(stoppingToken));

    private async Task ReceiveAsync(CancellationToken stop)
    {
        await foreach (byte[] message in _inbox.Reader.ReadAllAsync(stop))
        {
            try
            {
                await faults.ReachAsync(FaultPoint.AfterPublishBeforeReceive);
                if (!IsHeartbeat(message) && !Array.Exists(_receivers, receiver => receiver.TryReceive(message)))
                {
                    HubMetrics.Unreadable.Add(1);
                }
            }
            catch (Exception fault)
            {
                log.BackplaneMessageFailed(fault);
            }
        }
    }

    private bool IsHeartbeat(byte[] message)
    {
        if (message.Length < 2 || message[0] != BackplaneCodec.Version || message[1] != (byte)BackplaneKind.Heartbeat)
        {
            return false;
        }

        Volatile.Write(ref _lastHeartbeatAt, time.GetTimestamp());
        hearing.Heard();
        return true;
    }

    private async Task WatchAsync(CancellationToken stop)
    {
        BackplaneMessage heartbeat = new(BackplaneKind.Heartbeat, publisher.Node, 0, [], [], []);
        BackplaneSubscription? subscription = null;
        try
        {
            subscription = await TryOpenAsync();
            while (true)
            {
                await publisher.PublishToNodeAsync(publisher.Node, heartbeat).WaitAsync(stop);
                await Task.Delay(_options.HeartbeatInterval, time, stop);
                TimeSpan silence = time.GetElapsedTime(Volatile.Read(ref _lastHeartbeatAt));
                if (subscription is null || silence > _options.HeartbeatInterval * _options.MissedHeartbeats)
                {
                    log.SubscriptionRebuilt(silence);
                    HubMetrics.Rebuilt.Add(1);
                    subscription?.Dispose();
                    subscription = await TryOpenAsync();
                    Volatile.Write(ref _lost, 1);
                }

                if (Interlocked.Exchange(ref _lost, 0) == 1)
                {
                    Array.ForEach(_receivers, receiver => receiver.OnMessagesLost());
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The host stops.
        }
        finally
        {
            subscription?.Dispose();
        }
    }

    private async Task<BackplaneSubscription?> TryOpenAsync()
    {
        // The new subscription gets its full time, however long the old one was silent.
        Volatile.Write(ref _lastHeartbeatAt, time.GetTimestamp());
        try
        {
            return await BackplaneSubscription.OpenAsync(
                connections.Value.Redis, publisher.Channels, publisher.Node, _inbox.Writer, OnInboxFull);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            log.SubscriptionFailed(fault);
            return null;
        }
    }

    private void OnInboxFull()
    {
        HubMetrics.InboxOverflows.Add(1);
        Volatile.Write(ref _lost, 1);
    }
}
