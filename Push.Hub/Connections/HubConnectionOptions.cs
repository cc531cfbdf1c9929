using System.ComponentModel.DataAnnotations;

namespace Push.Hub.Connections;

/// <summary>How many connections a node takes, how fast, and how it lets them go.</summary>
public sealed record HubConnectionOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:HubConnections";

    /// <summary>Connections of this node, 1 to 1,000,000. Default 100,000. One more is refused with 503 <c>node-full</c>.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 100_000;

    /// <summary>Connections of one user to this node, 0 to 10,000; 0 = no limit. Default 16: a few devices with a few tabs each. One more is refused with 429 <c>too-many-connections</c>.</summary>
    [Range(0, 10_000)]
    public int MaxPerUser { get; set; } = 16;

    /// <summary>
    /// Connections from one address to this node, 0 to 1,000,000; 0 = no limit. An IPv6 client counts by its /64. Default 0: behind a carrier's NAT thousands of buyers share one IPv4
    /// address, and behind a proxy that <c>Seckill:Proxies</c> does not know everybody does. One more is refused with 429 <c>too-many-connections-ip</c>.
    /// </summary>
    [Range(0, 1_000_000)]
    public int MaxPerAddress { get; set; }

    /// <summary>
    /// Connections that this node begins in a second, 0 to 1,000,000; 0 = no limit. Default 1,000: a node that restarts gives its clients back to the others in a storm, and each costs
    /// a handshake and two scripts in Redis. Over it: 503 <c>throttled-connects</c>, and <c>Retry-After</c> spreads those who come back over as long as the node needs for them.
    /// </summary>
    [Range(0, 1_000_000)]
    public int AcceptPerSecond { get; set; } = 1_000;

    /// <summary>Connections that may begin at once on top of the rate, 1 to 1,000,000. Default 2,000. Without effect while there is no rate.</summary>
    [Range(1, 1_000_000)]
    public int AcceptBurst { get; set; } = 2_000;

    /// <summary>
    /// Connections that one user may begin here in <see cref="TurnWindow"/>, 1 to 100,000; 0 = no limit. Default 100: sixteen tabs that lose their network and try again six times each, and still one
    /// hundredth of what the node begins meanwhile, so that nobody takes all its turns by connecting or negotiating without end. One more is refused with 429 <c>connects-too-often</c>.
    /// </summary>
    [Range(0, 100_000)]
    public int TurnsPerUser { get; set; } = 100;

    /// <summary>As <see cref="TurnsPerUser"/> for one address, 1 to 1,000,000; 0 = no limit. Default 0, for the reasons of <see cref="MaxPerAddress"/>. One more is refused with 429 <c>connects-too-often-ip</c>.</summary>
    [Range(0, 1_000_000)]
    public int TurnsPerAddress { get; set; }

    /// <summary>The sliding window of <see cref="TurnsPerUser"/> and <see cref="TurnsPerAddress"/>, 1 s to 10 min. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan TurnWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Users whose turns are counted at a time, and as many addresses, 64 to 10,000,000. Default 100,000, some 10 MB: ten times what the default rate begins in a window. When full: those who have no place are let
    /// in uncounted (<c>seckill.push.turns_uncounted</c>), and the node's rate alone holds.
    /// </summary>
    [Range(64, 10_000_000)]
    public int MaxCountedTurns { get; set; } = 100_000;

    /// <summary>The longest that a refused client is told to wait on average, 1 s to 10 min; one may be told half as much again. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an open connection may take to say which protocol it speaks, 100 ms to 1 min. Default 15 s, SignalR's own. Over it the connection is closed.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a connection that is told nothing else gets a ping, 100 ms to 5 min. Default 15 s, half of the 30 s after which SignalR's clients give a silent server up.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a client may be silent, pings included, 200 ms to 10 min. Default 30 s: SignalR's clients ping every 15 s. Over it the connection is closed. Counts from a client's first
    /// ping on: SignalR takes one that never pings for one that does not know how to.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:10:00")]
    public TimeSpan ClientTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Over how long a node that stops spreads the closing of its connections, 0 to 10 min. Default 5 s, well within the 10 s that a host has to stop; a longer window prolongs these. Whoever
    /// supervises the process must wait for at least 5 s more than this before it kills.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainWindow { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How WebSockets are compressed. Default <see cref="WebSocketCompression.None"/>: a connection that keeps its compressor took 258 KB of resident memory, one without 28 to 40 KB
    /// (<c>CompressionTests</c>, 1,000 connections that had resumed), so that 100,000 would need 22 GB more. Nor may a message that is compressed hold both a secret and what a stranger chose (CRIME).
    /// </summary>
    [EnumDataType(typeof(WebSocketCompression))]
    public WebSocketCompression Compression { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ClientTimeout < KeepAliveInterval * 2)
        {
            yield return new ValidationResult(
                $"{nameof(ClientTimeout)} must be at least twice {nameof(KeepAliveInterval)}: one ping that is late must not cut a client off.", [nameof(ClientTimeout)]);
        }
    }
}
