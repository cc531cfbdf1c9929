using System.Collections.Concurrent;
using System.Net.WebSockets;

namespace Seckill.Rivals.Push;

/// <summary>Kestrel's WebSockets with a table of users and nothing else: no hub protocol, no bound, no second node.</summary>
/// <remarks>The feed is one after another, so no socket is ever written to by two; a client that does not read would hold up all others.</remarks>
internal sealed class RawSockets : IFeedReceiver
{
    private readonly ConcurrentDictionary<string, WebSocket> _sockets = new(StringComparer.Ordinal);

    /// <summary>Keeps a connection until it ends.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest || context.User.FindFirst(System.Security.Claims.ClaimTypes.NameIdentifier)?.Value is not { } user)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        _sockets[user] = socket;
        try
        {
            // Clients have nothing to say. Of no bytes: an idle connection then holds no buffer.
            await socket.ReceiveAsync(Memory<byte>.Empty, context.RequestAborted);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // Closed by the client, mostly without a word.
        }
        finally
        {
            _sockets.TryRemove(new KeyValuePair<string, WebSocket>(user, socket));
        }
    }

    public async Task SendAllAsync(ReadOnlyMemory<byte> frame)
    {
        foreach ((string _, WebSocket socket) in _sockets)
        {
            await SendAsync(socket, frame);
        }
    }

    public Task SendUserAsync(string user, ReadOnlyMemory<byte> frame) =>
        _sockets.TryGetValue(user, out WebSocket? socket) ? SendAsync(socket, frame).AsTask() : Task.CompletedTask;

    private static async ValueTask SendAsync(WebSocket socket, ReadOnlyMemory<byte> frame)
    {
        try
        {
            await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception gone) when (gone is WebSocketException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // It went while it was written to.
        }
    }
}
