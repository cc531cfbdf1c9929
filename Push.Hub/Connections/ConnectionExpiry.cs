using System.Security.Claims;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Push.Hub.Backplane;
using Push.Hub.Hubs;
using Seckill.Hosting.Authentication;

namespace Push.Hub.Connections;

/// <summary>Closes a connection when the time of its token is up, and says so. SignalR's own way closes it without a word, so that its client cannot tell it from a node that goes away.</summary>
/// <remarks>Looked at each second, with SignalR's own heartbeat of the connection. Long polling may bring a newer token with each poll: whoever the connection speaks for by now is what counts.</remarks>
internal sealed class ConnectionExpiry(LocalConnection connection, IFeatureCollection features, TimeProvider time)
{
    /// <summary>Sent in the close message.</summary>
    public const string Reason = PushCodes.TokenExpired + ": connect with a new token and resume";

    private ClaimsPrincipal? _caller;
    private DateTimeOffset _expiresAt;

    /// <summary>Begins to look.</summary>
    public static void Watch(LocalConnection connection, IFeatureCollection features, TimeProvider time)
    {
        ConnectionExpiry expiry = new(connection, features, time);
        features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(static state => ((ConnectionExpiry)state).Look(), expiry);
    }

    private void Look()
    {
        // Not the hub's caller, which is the one who connected and stays.
        ClaimsPrincipal? caller = features.Get<IConnectionUserFeature>()?.User;
        if (!ReferenceEquals(_caller, caller))
        {
            _caller = caller;
            _expiresAt = TokenPrincipal.TokenOf(_caller)?.ExpiresAt ?? DateTimeOffset.MaxValue;
        }

        if (time.GetUtcNow() >= _expiresAt)
        {
            connection.Close(Reason);
        }
    }
}
