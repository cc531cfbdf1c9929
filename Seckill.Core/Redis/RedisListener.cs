using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Seckill.Core.Redis;

/// <summary>The process's connection for pub/sub: ordered, and apart from the commands.</summary>
/// <remarks>
/// Messages can be lost, and after a cut whole subscriptions can be, so every listener also polls what the messages are about; a message only makes it faster.
/// Handlers run on the library's reader: they may only <c>TryWrite</c> into a channel of their own.
/// </remarks>
public sealed class RedisListener(IOptions<Connections> connections) : IDisposable
{
    private readonly Lazy<ConnectionMultiplexer> _multiplexer =
        new(() => RedisConnection.OpenMultiplexer(connections.Value.Redis, "seckill-listener", ordered: true));

    /// <summary>Subscribes; the handler gets each message's text.</summary>
    /// <exception cref="RedisException">Redis is away: try again.</exception>
    /// <exception cref="TimeoutException">No reply in time: try again.</exception>
    public async Task SubscribeAsync(string channel, Action<string> handler) =>
        await _multiplexer.Value.GetSubscriber()
            .SubscribeAsync(channel, (_, message) => handler(message!))
            .WaitAsync(RedisConnection.CommandTimeout);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_multiplexer.IsValueCreated)
        {
            _multiplexer.Value.Dispose();
        }
    }
}
