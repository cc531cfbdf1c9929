using System.Net.WebSockets;
using Microsoft.AspNetCore.Http.Features;

namespace Push.Hub.Connections;

/// <summary>Keeps the WebSocket that SignalR accepts, for <see cref="SocketOutput"/>: SignalR itself tells nobody of it, but it accepts through the request's feature, which this replaces.</summary>
internal sealed class KeptWebSocket(IHttpWebSocketFeature accepting, ConnectionSlot slot) : IHttpWebSocketFeature
{
    public bool IsWebSocketRequest => accepting.IsWebSocketRequest;

    public async Task<WebSocket> AcceptAsync(WebSocketAcceptContext context)
    {
        WebSocket socket = await accepting.AcceptAsync(context);
        slot.Socket = socket;
        return socket;
    }
}
