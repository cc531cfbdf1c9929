using System.ComponentModel.DataAnnotations;

namespace Seckill.Core.Admission;

/// <summary>How many grabs may go on to the stock at all. The defaults stop a machine gun, not a crowd.</summary>
public sealed record AdmissionOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Admission";

    /// <summary>Grabs per second that this node lets through, 0 to 10,000,000; 0 = no limit. Default 0: a batched grab costs less than a refusal saves, so limit only to protect what stands behind.</summary>
    [Range(0, 10_000_000)]
    public int NodeRatePerSecond { get; set; }

    /// <summary>Grabs that may come at once on top of the rate, 1 to 10,000,000. Default 10,000. Without effect while there is no rate.</summary>
    [Range(1, 10_000_000)]
    public int NodeBurst { get; set; } = 10_000;

    /// <summary>Grabs of one user per <see cref="UserWindow"/>, 0 to 1,000,000; 0 = no limit. Default 20: an eager finger makes eight a second, and five open tabs refresh.</summary>
    [Range(0, 1_000_000)]
    public int UserLimit { get; set; } = 20;

    /// <summary>The window that slides over a user's grabs, 100 ms to 1 h. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan UserWindow { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Users counted at a time, 64 to 10,000,000. Default 200,000, about 25 MB. When as many are in their windows, a further user goes uncounted (and a metric says so): the stock still holds one unit per user.</summary>
    [Range(64, 10_000_000)]
    public int MaxCountedUsers { get; set; } = 200_000;

    /// <summary>
    /// Grabs from one address per <see cref="IpWindow"/>, 0 to 1,000,000; 0 = no limit. An IPv6 sender counts by its /64. Default 0: behind a carrier's NAT hundreds of buyers share one IPv4
    /// address, and behind a proxy that is not in <c>Seckill:Proxies</c> all of them do; only who knows his crowd can tell such an address from a bot. Some hundreds a second stop one machine.
    /// </summary>
    [Range(0, 1_000_000)]
    public int IpLimit { get; set; }

    /// <summary>The window that slides over an address's grabs, 100 ms to 1 h. Default 1 s, as for users.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan IpWindow { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Addresses counted at a time, 64 to 10,000,000. Default 200,000, about 15 MB. When as many are in their windows, a further one goes uncounted, and a metric says so.</summary>
    [Range(64, 10_000_000)]
    public int MaxCountedIps { get; set; } = 200_000;

    /// <summary>
    /// Grabs of one user per <see cref="UserWindow"/> over all nodes, 0 to 1,000,000; 0 = not counted over all nodes. Default 0: it costs each admitted grab a round trip, and what it would
    /// save is little, for <see cref="UserLimit"/> holds on each node and the stock holds one unit per user anyway. For a limit that must hold whichever node is asked.
    /// </summary>
    [Range(0, 1_000_000)]
    public int DistributedUserLimit { get; set; }

    /// <summary>
    /// How long a limiter waits for Redis before it decides by itself, 10 ms to 2 s. Default 250 ms: hundreds of times a round trip, and a buyer hardly notices it. Only the first to
    /// meet a Redis that is away wait for it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:02")]
    public TimeSpan RedisPatience { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Api nodes among which a sale's rate is shared out while Redis is away, 1 to 10,000. Default 1, which is right for one node; with more and the default each gives out the whole rate
    /// meanwhile. That oversells nothing: what Redis does not answer, nobody buys.
    /// </summary>
    [Range(1, 10_000)]
    public int ExpectedNodes { get; set; } = 1;
}
