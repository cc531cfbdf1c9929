using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;

namespace Push.Hub.Tests.Support;

/// <summary>A bare SignalR client that keeps every frame as it came, and confirms only what it is told to.</summary>
public sealed class RawListener : IAsyncDisposable
{
    private readonly ConcurrentQueue<JsonElement[]> _frames = new();

    private RawListener(HubConnection connection)
    {
        Connection = connection;
        connection.On<JsonElement[]>("Receive", envelopes => _frames.Enqueue([.. envelopes.Select(one => one.Clone())]));
    }

    public HubConnection Connection { get; }

    public IReadOnlyList<JsonElement[]> Frames => [.. _frames];

    public IReadOnlyList<JsonElement> Envelopes => [.. _frames.SelectMany(frame => frame)];

    /// <summary>Sequence numbers of the mailbox messages, in the order of arrival.</summary>
    public IReadOnlyList<long> Seqs => [.. Envelopes.Select(one => one.GetProperty("seq").GetInt64()).Where(seq => seq > 0)];

    /// <summary>Connects and resumes.</summary>
    public static async Task<RawListener> ResumeAsync(HubNode node, string user, string epoch = "", long seq = 0, string query = "")
    {
        RawListener listener = new(node.Prepare(user, query));
        await listener.Connection.StartAsync();
        await listener.Connection.InvokeAsync<JsonElement>("Resume", epoch, seq);
        return listener;
    }

    public Task AckAsync(long seq) => Connection.InvokeAsync("Ack", seq);

    public Task ReceivedAsync(int count) => Eventually.TrueAsync(() => Seqs.Count >= count, $"{count} mailbox messages expected");

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
