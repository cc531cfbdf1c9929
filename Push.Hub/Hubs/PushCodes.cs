namespace Push.Hub.Hubs;

/// <summary>First word of every refusal's text, before the colon; permanent. Meaning and remedy: <c>docs/push-protocol.md</c>.</summary>
public static class PushCodes
{
    /// <summary>An argument is not what it should be. Do not repeat.</summary>
    public const string BadArgument = "push.bad-argument";

    /// <summary>Confirmed more than was delivered on this connection. Do not repeat.</summary>
    public const string AckAhead = "push.ack-ahead";

    /// <summary>The call needs a <c>Resume</c> before it.</summary>
    public const string NotResumed = "push.not-resumed";

    /// <summary>Too many sales watched. Unwatch one first.</summary>
    public const string TooManyWatched = "push.too-many-watched";

    /// <summary>Too many calls in a short time. Wait a second; go on, and the connection is closed.</summary>
    public const string TooManyCalls = "push.too-many-calls";

    /// <summary>The token has expired, and the connection closes. Connect again with a new one, and resume.</summary>
    public const string TokenExpired = "push.token-expired";

    /// <summary>The token was revoked, and the connection closes. Log in anew; the same token is refused.</summary>
    public const string TokenRevoked = "push.token-revoked";

    /// <summary>The node is going away. Connect again at once, to another, and resume.</summary>
    public const string Draining = "push.draining";

    /// <summary>The node has as many connections as it takes. Connect after <c>Retry-After</c>.</summary>
    public const string NodeFull = "push.node-full";

    /// <summary>The node begins so many connections a second. Connect after <c>Retry-After</c>.</summary>
    public const string ThrottledConnects = "push.throttled-connects";

    /// <summary>The user has as many connections as one may have. Close one first.</summary>
    public const string TooManyConnections = "push.too-many-connections";

    /// <summary>The address has as many connections as one may have. Connect after <c>Retry-After</c>.</summary>
    public const string TooManyConnectionsIp = "push.too-many-connections-ip";

    /// <summary>The user has begun as many connections as one may in a while. Connect after <c>Retry-After</c>.</summary>
    public const string ConnectsTooOften = "push.connects-too-often";

    /// <summary>The address has begun as many connections as one may in a while. Connect after <c>Retry-After</c>.</summary>
    public const string ConnectsTooOftenIp = "push.connects-too-often-ip";

    /// <summary>The query's <c>device</c> is not a device's name. Do not repeat.</summary>
    public const string BadDevice = "push.bad-device";

    /// <summary>A server that the hub needs is away. Repeat with a growing pause.</summary>
    public const string Unavailable = "push.unavailable";
}
