using System.Collections.Concurrent;
using Seckill.Client.Push;

namespace Push.Hub.Tests.Support;

/// <summary>A push client that keeps what it is told.</summary>
public sealed class CollectingClient : IAsyncDisposable
{
    private readonly ConcurrentQueue<PushEvent> _events = new();
    private Task _reading = Task.CompletedTask;

    public CollectingClient(PushClientOptions options)
    {
        Client = new PushClient(options);
    }

    public PushClient Client { get; }

    /// <summary>Messages and gaps in the order in which they were told.</summary>
    public IReadOnlyList<PushEvent> Events => [.. _events];

    public IReadOnlyList<PushMessage> Messages => [.. _events.OfType<PushMessage>()];

    public IReadOnlyList<PushGap> Gaps => [.. _events.OfType<PushGap>()];

    public IReadOnlyList<string> Ids => [.. Messages.Select(message => message.Id)];

    public async Task StartAsync()
    {
        _reading = ReadAsync();
        await Client.StartAsync().WaitAsync(TimeSpan.FromSeconds(20));
    }

    public Task ReceivedAsync(int count) =>
        Eventually.TrueAsync(() => Messages.Count >= count, $"{count} messages expected");

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        await foreach (PushEvent one in Client.ReadAllAsync())
        {
            _events.Enqueue(one);
        }
    }
}
