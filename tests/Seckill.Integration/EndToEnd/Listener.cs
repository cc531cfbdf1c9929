using System.Collections.Concurrent;
using Seckill.Client.Push;
using Seckill.Core.Push.Messages;
using Shouldly;

namespace Seckill.Integration.EndToEnd;

/// <summary>A user's open browser: a real SignalR client that keeps what it is told.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly PushClient _client;
    private readonly Task _reading;

    private Listener(PushClient client)
    {
        _client = client;
        _reading = ReadAsync();
    }

    /// <summary>Everything received from the mailbox, repetitions already dropped by the client, in order.</summary>
    public ConcurrentQueue<PushMessage> Messages { get; } = new();

    /// <summary>Notices that something may have been missed.</summary>
    public ConcurrentQueue<PushGap> Gaps { get; } = new();

    public int Connects => _client.Connects;

    public static async Task<Listener> ConnectAsync(Uri hub, string token, CancellationToken deadline)
    {
        PushClient client = new(new PushClientOptions
        {
            Hub = hub,
            AccessToken = _ => ValueTask.FromResult(token),
            MaxBackoff = TimeSpan.FromSeconds(1),
        });
        await client.StartAsync(deadline);
        return new Listener(client);
    }

    /// <summary>Waits for the message about an order.</summary>
    public async Task<PushMessage> OrderCreatedAsync(string orderId, CancellationToken deadline)
    {
        while (true)
        {
            if (Messages.FirstOrDefault(message => message.Type == "order.created"
                && message.Payload.GetProperty("orderId").GetString() == orderId) is { } found)
            {
                return found;
            }

            await Task.Delay(20, deadline);
        }
    }

    /// <summary>What came and was not as the registry says, sale-wide messages included.</summary>
    public ConcurrentQueue<string> Strays { get; } = new();

    /// <summary>Messages that are stored nowhere, in the order in which they came.</summary>
    public ConcurrentQueue<PushMessage> Live { get; } = new();

    public Task WatchAsync(string sale, CancellationToken deadline) => _client.WatchAsync(sale, deadline);

    /// <summary>Ends it. Whatever the test was about: all that the engine's real producers sent must have conformed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _reading;
        Strays.ShouldBeEmpty();
    }

    private async Task ReadAsync()
    {
        await foreach (PushEvent one in _client.ReadAllAsync())
        {
            if (one is PushMessage message)
            {
                Check(message);
                (message.Seq > 0 ? Messages : Live).Enqueue(message);
            }
            else if (one is PushGap gap)
            {
                Gaps.Enqueue(gap);
            }
        }
    }

    private void Check(PushMessage message)
    {
        if (!PushMessageTypes.TryFind(message.Type, out PushMessageType? type))
        {
            Strays.Enqueue($"{message.Type} is in no registry");
            return;
        }

        foreach (string fault in type.Schema.Check(message.Payload))
        {
            Strays.Enqueue($"{message.Type}: {fault} in {message.Payload}");
        }
    }
}
