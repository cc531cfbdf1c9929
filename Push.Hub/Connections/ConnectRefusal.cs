using Push.Hub.Hubs;

namespace Push.Hub.Connections;

/// <summary>Why a connection is not begun. A test holds all of them against <c>docs/errors/README.md</c>.</summary>
/// <param name="Code">One of <see cref="PushCodes"/>; the problem's name is what follows the dot.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">The same for every occurrence.</param>
/// <param name="Detail">What to do.</param>
internal sealed record ConnectRefusal(string Code, int Status, string Title, string Detail)
{
    public static readonly ConnectRefusal Draining = new(PushCodes.Draining, 503, "The node is going away", "Connect again: another node takes you.");

    public static readonly ConnectRefusal NodeFull = new(PushCodes.NodeFull, 503, "The node is full", "It has as many connections as it takes; wait for as long as Retry-After says.");

    public static readonly ConnectRefusal ThrottledConnects = new(
        PushCodes.ThrottledConnects, 503, "Too many connect at once", "The node begins so many connections a second; wait for as long as Retry-After says.");

    public static readonly ConnectRefusal TooManyConnections = new(
        PushCodes.TooManyConnections, 429, "You have too many connections", "Close one, or wait for as long as Retry-After says.");

    public static readonly ConnectRefusal TooManyConnectionsIp = new(
        PushCodes.TooManyConnectionsIp, 429, "Too many connections from your address", "Others may share it; wait for as long as Retry-After says.");

    public static readonly ConnectRefusal ConnectsTooOften = new(
        PushCodes.ConnectsTooOften, 429, "You connect too often", "You have begun as many connections as one may in a while; wait for as long as Retry-After says.");

    public static readonly ConnectRefusal ConnectsTooOftenIp = new(
        PushCodes.ConnectsTooOftenIp, 429, "Your address connects too often", "Others may share it; wait for as long as Retry-After says.");

    public static readonly ConnectRefusal BadDevice = new(PushCodes.BadDevice, 400, "The device's name is not valid", "At most 64 letters, digits and marks of an id in the query's device, or none.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ConnectRefusal> All { get; } = [Draining, NodeFull, ThrottledConnects, TooManyConnections, TooManyConnectionsIp, ConnectsTooOften, ConnectsTooOftenIp, BadDevice];

    /// <summary>How long until it would be otherwise, when that is known.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>The last part of the problem's type.</summary>
    public string Name => Code[(Code.IndexOf('.', StringComparison.Ordinal) + 1)..];
}
