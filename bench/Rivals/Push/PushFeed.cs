using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Rivals.Push;

/// <summary>Tells a rival what to send, the way our hub is told: <see cref="BackplaneMessage"/>s on one Redis channel, handed on one after another.</summary>
internal sealed class PushFeed(BackplaneChannels channels, IFeedReceiver receiver, IOptions<Connections> connections) : BackgroundService
{
    // As many as our hub's inbox holds. A rival that falls further behind misses messages, and the run's audit says so.
    private readonly Channel<byte[]> _inbox = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(16_384) { SingleReader = true });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using ConnectionMultiplexer multiplexer = await RedisConnection.OpenMultiplexerAsync(connections.Value.Redis, "push-rival-feed", ordered: true);
        await multiplexer.GetSubscriber().SubscribeAsync(channels.All, (_, value) => _inbox.Writer.TryWrite((byte[])value!));
        await foreach (byte[] message in _inbox.Reader.ReadAllAsync(stoppingToken))
        {
            if (!BackplaneCodec.TryDecode(message, out BackplaneMessage? decoded))
            {
                continue;
            }

            ReadOnlyMemory<byte> frame = decoded!.Payloads[0].Value;
            await (decoded.Kind is BackplaneKind.SendAll ? receiver.SendAllAsync(frame) : receiver.SendUserAsync(decoded.Targets[0], frame));
        }
    }
}
