using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;

namespace Seckill.Client.Connections;

/// <summary>
/// Connects SignalR's client core to a hub over a WebSocket with negotiation skipped: one request, no sticky session. The endpoint is a
/// <see cref="UriEndPoint"/> with scheme http, https, ws or wss.
/// </summary>
/// <param name="accessToken">Gives the bearer token for each attempt; null for none.</param>
/// <param name="placement">Where the token goes.</param>
public sealed class WebSocketConnectionFactory(
    Func<CancellationToken, ValueTask<string>>? accessToken = null, TokenPlacement placement = TokenPlacement.Header) : IConnectionFactory
{
    /// <summary>Where a refusal's <see cref="Exception.Data"/> holds the HTTP status, an <see cref="int"/>.</summary>
    public const string StatusKey = "status";

    /// <summary>Where it holds how long the server wants to be left alone (<c>Retry-After</c>), a <see cref="TimeSpan"/>; missing when the server did not say.</summary>
    public const string RetryAfterKey = "retryAfter";

    /// <inheritdoc/>
    /// <exception cref="WebSocketException">The server cannot be reached or refused; its data holds what is under <see cref="StatusKey"/> and <see cref="RetryAfterKey"/>.</exception>
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is not UriEndPoint { Uri: { } hub })
        {
            throw new ArgumentException("A UriEndPoint is needed.", nameof(endpoint));
        }

        UriBuilder uri = new(hub);
        uri.Scheme = uri.Scheme switch { "http" => "ws", "https" => "wss", _ => uri.Scheme };
        ClientWebSocket socket = new();
        try
        {
            socket.Options.CollectHttpResponseDetails = true;
            // SignalR pings by itself; a second pinger would only cost timers.
            socket.Options.KeepAliveInterval = TimeSpan.Zero;
            if (accessToken is not null)
            {
                string token = await accessToken(cancellationToken);
                if (placement == TokenPlacement.Header)
                {
                    socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
                }
                else
                {
                    string query = $"access_token={Uri.EscapeDataString(token)}";
                    uri.Query = uri.Query.Length > 1 ? $"{uri.Query[1..]}&{query}" : query;
                }
            }

            await socket.ConnectAsync(uri.Uri, cancellationToken);
            return WebSocketConnection.Start(socket, endpoint);
        }
        catch (WebSocketException fault)
        {
            fault.Data[StatusKey] = (int)socket.HttpStatusCode;
            if (socket.HttpResponseHeaders?.TryGetValue("Retry-After", out IEnumerable<string>? said) is true
                && RetryConditionHeaderValue.TryParse(said.FirstOrDefault(), out RetryConditionHeaderValue? wait))
            {
                fault.Data[RetryAfterKey] = wait.Delta ?? wait.Date - TimeProvider.System.GetUtcNow();
            }

            socket.Dispose();
            throw;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
