using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR.Client;

namespace Push.Hub.Tests.Support;

/// <summary>A bare SignalR client that keeps what its method <c>Say</c> is called with.</summary>
public sealed class PlainClient : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _said = new();

    public PlainClient(HubConnection connection)
    {
        Connection = connection;
        connection.On<string>("Say", _said.Enqueue);
    }

    public HubConnection Connection { get; }

    /// <summary>The connection's id on the server, which a client that skips negotiation is not told.</summary>
    public string Id { get; set; } = string.Empty;

    public IReadOnlyList<string> Said => [.. _said];

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
