using System.Net.WebSockets;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Push.Hub.Connections;

/// <summary>Compression of WebSockets. SignalR accepts its sockets without it and has no option for it; but it does so through the request's feature, which this replaces.</summary>
internal static class CompressedWebSockets
{
    /// <summary>Comes after <c>UseWebSockets</c>.</summary>
    public static WebApplication UseWebSocketCompression(this WebApplication app)
    {
        WebSocketCompression compression = app.Services.GetRequiredService<IOptions<HubConnectionOptions>>().Value.Compression;
        if (compression != WebSocketCompression.None)
        {
            app.Use((context, next) =>
            {
                if (context.Features.Get<IHttpWebSocketFeature>() is { IsWebSocketRequest: true } plain)
                {
                    context.Features.Set<IHttpWebSocketFeature>(new Compressing(plain, compression));
                }

                return next(context);
            });
        }

        return app;
    }

    private sealed class Compressing(IHttpWebSocketFeature plain, WebSocketCompression compression) : IHttpWebSocketFeature
    {
        public bool IsWebSocketRequest => plain.IsWebSocketRequest;

        // A context of our own: the one that is handed in may be the framework's, which all requests of the process share.
        public Task<WebSocket> AcceptAsync(WebSocketAcceptContext context) => plain.AcceptAsync(new WebSocketAcceptContext
        {
            SubProtocol = context.SubProtocol,
            KeepAliveInterval = context.KeepAliveInterval,
            KeepAliveTimeout = context.KeepAliveTimeout,
            DangerousEnableCompression = true,
            DisableServerContextTakeover = compression == WebSocketCompression.PerMessage,
        });
    }
}
