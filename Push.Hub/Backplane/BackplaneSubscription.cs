using System.Threading.Channels;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Push.Hub.Backplane;

/// <summary>One life of the node's subscription: a multiplexer of its own with two channels, emptied into the inbox in order of arrival.</summary>
/// <remarks>
/// After a cut the client library can lose a subscription for good while it says that it is connected. So nothing here is mended: the watchdog of
/// <see cref="BackplaneLoop{THub}"/> throws the whole subscription away and opens another.
/// </remarks>
internal sealed class BackplaneSubscription : IDisposable
{
    private readonly ConnectionMultiplexer _multiplexer;

    private BackplaneSubscription(ConnectionMultiplexer multiplexer)
    {
        _multiplexer = multiplexer;
    }

    /// <summary>Connects and subscribes. It may return before Redis has confirmed: only a heartbeat that comes back proves it.</summary>
    public static async Task<BackplaneSubscription> OpenAsync(
        string connectionString, BackplaneChannels channels, string node, ChannelWriter<byte[]> inbox, Action onFull)
    {
        ConnectionMultiplexer multiplexer = await RedisConnection.OpenMultiplexerAsync(connectionString, "push-hub-backplane", ordered: true);
        try
        {
            ISubscriber subscriber = multiplexer.GetSubscriber();
            Action<RedisChannel, RedisValue> receive = (_, value) =>
            {
                // Runs on the library's own thread: anything slow here would hold up every later message.
                if (!inbox.TryWrite((byte[])value!))
                {
                    onFull();
                }
            };
            await subscriber.SubscribeAsync(channels.All, receive).WaitAsync(RedisConnection.CommandTimeout);
            await subscriber.SubscribeAsync(channels.Node(node), receive).WaitAsync(RedisConnection.CommandTimeout);
            return new BackplaneSubscription(multiplexer);
        }
        catch
        {
            multiplexer.Dispose();
            throw;
        }
    }

    public void Dispose() => _multiplexer.Dispose();
}
