using Push.Hub.Diagnostics;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Push.Hub.Backplane;

/// <summary>Publishes to the other nodes of a hub.</summary>
/// <typeparam name="THub">The hub.</typeparam>
public sealed class BackplanePublisher<THub>(
    RedisConnection redis, NodeName node, BackplaneChannels channels, ILogger<BackplanePublisher<THub>> log)
    where THub : Microsoft.AspNetCore.SignalR.Hub
{
    /// <summary>This node.</summary>
    public string Node => node.Value;

    /// <summary>The hub's channels.</summary>
    public BackplaneChannels Channels => channels;

    /// <summary>Tells every node, this one included. Redis being away is counted, not thrown: local connections have been served already.</summary>
    /// <returns>How many nodes were listening; 0 when it was not sent.</returns>
    public Task<long> PublishToAllAsync(BackplaneMessage message) => PublishAsync(channels.All, message);

    /// <summary>Tells one node. As <see cref="PublishToAllAsync"/>.</summary>
    public Task<long> PublishToNodeAsync(string target, BackplaneMessage message) => PublishAsync(channels.Node(target), message);

    private async Task<long> PublishAsync(RedisChannel channel, BackplaneMessage message)
    {
        try
        {
            byte[] bytes = BackplaneCodec.Encode(message);
            return await redis.RunAsync(db => db.PublishAsync(channel, bytes));
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException or ObjectDisposedException)
        {
            HubMetrics.NotPublished.Add(1);
            log.NotPublished(message.Kind, fault);
            return 0;
        }
    }
}
