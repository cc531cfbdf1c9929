using Microsoft.AspNetCore.Connections;
using Push.Hub.Backplane;
using Push.Hub.Hubs;

namespace Push.Hub.Connections;

/// <summary>Why a connection ended, as the metric's tag. Each connection has one: the first that we know of.</summary>
internal static class CloseReasons
{
    /// <summary>The client left, or its network did.</summary>
    public const string Client = "client";

    /// <summary>It did not read fast enough.</summary>
    public const string Slow = "slow";

    /// <summary>Its token expired.</summary>
    public const string Expired = "expired";

    /// <summary>Its token was revoked.</summary>
    public const string Revoked = "revoked";

    /// <summary>The node goes away.</summary>
    public const string Drained = "drained";

    /// <summary>Nothing came from it for too long.</summary>
    public const string Timeout = "timeout";

    /// <summary>It never said which protocol it speaks, or one that we do not.</summary>
    public const string Handshake = "handshake";

    /// <summary>Too many of its calls were refused.</summary>
    public const string Calls = "calls";

    public static string Of(ConnectionContext connection, ConnectionSlot slot)
    {
        LocalConnection? local = connection.Features.Get<ConnectionState>()?.Connection;
        if (local?.ClosedWith is { } text)
        {
            return text == LocalConnection.SlowConsumer ? Slow : OfCode(text.Split(':')[0]);
        }

        return local is null ? Handshake : slot.Fault is OperationCanceledException ? Timeout : Client;
    }

    private static string OfCode(string code) => code switch
    {
        PushCodes.TokenRevoked => Revoked,
        PushCodes.TokenExpired => Expired,
        PushCodes.Draining => Drained,
        _ => Calls,
    };
}
