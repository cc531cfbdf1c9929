using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using Push.Hub.Diagnostics;
using Push.Hub.Hubs;

namespace Push.Hub.Connections;

/// <summary>SignalR's handler of one connection from its first byte to its last, on every transport: gives the place back and tells why the connection ended.</summary>
internal sealed class CountedConnectionHandler(
    ConnectionGate gate,
    HubLifetimeManager<PushHub> lifetime,
    IHubProtocolResolver protocols,
    IOptions<HubOptions> all,
    IOptions<HubOptions<PushHub>> own,
    ILoggerFactory logs,
    IUserIdProvider users,
    IServiceScopeFactory scopes,
    TimeProvider time)
    : HubConnectionHandler<PushHub>(lifetime, protocols, all, own, logs, users, scopes)
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        // Long polling hands over a copy of the first request, which has its query but not its features.
        HttpContext? request = connection.GetHttpContext();
        ConnectionSlot? slot = request?.Features.Get<ConnectionSlot>() ?? (request?.Request.Query["id"].ToString() is { Length: > 0 } token ? gate.Find(token) : null);
        if (slot is null || !gate.Begin(slot))
        {
            return;
        }

        slot.Transport = connection.Features.Get<IHttpTransportFeature>()?.TransportType ?? HttpTransportType.None;
        connection.Features.Set(slot);
        SocketOutput.Use(connection, slot, request!, time);
        HubMetrics.Opened.Add(1, new KeyValuePair<string, object?>("transport", TransportName(slot.Transport)));
        try
        {
            await base.OnConnectedAsync(connection);
        }
        finally
        {
            gate.Release(slot);
            HubMetrics.Closed.Add(1, new KeyValuePair<string, object?>("reason", CloseReasons.Of(connection, slot)));
        }
    }

    /// <summary>As SignalR's clients name it.</summary>
    public static string TransportName(HttpTransportType transport) => transport switch
    {
        HttpTransportType.WebSockets => "webSockets",
        HttpTransportType.ServerSentEvents => "serverSentEvents",
        HttpTransportType.LongPolling => "longPolling",
        _ => "unknown",
    };
}
