using System.ComponentModel.DataAnnotations;

namespace Seckill.Core.Stock.Recovery;

/// <summary>How losses of Redis are noticed and mended.</summary>
public sealed record RecoveryOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Recovery";

    /// <summary>How often every bucket that must be there is looked at. 10 ms to 10 s. Default 100 ms: the longest that a node without a memory of its own sells from a Redis that forgot; a look costs about 20 µs of Redis.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often MySQL is asked which buckets must be there, and told what was seen. 10 ms to 1 min. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan ListInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The shortest time that a fence stands. 0 to 1 min. Default 500 ms: each Api node looks every 200 ms whether it must testify to winners, so every node that reaches Redis has done so by
    /// then. Who comes later is heard as well, and claims among everyone else.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan MinFence { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long the buckets of a sale are watched after its end: its last winners may be in no row yet when Redis forgets them. 2 min to 12 h. Default 10 min: an outage of MySQL or Kafka that begins
    /// with the end fits in. The shortest is twice what Api nodes remember (<see cref="Grab.WitnessList.KeepFor"/>), the longest half of what testimony lives (<see cref="TestimonyStore.KeepFor"/>).
    /// Each watched bucket costs its looks, and a loss rebuilds them all: many ended sales keep the running ones closed for longer.
    /// </summary>
    [Range(typeof(TimeSpan), "00:02:00", "12:00:00")]
    public TimeSpan WatchAfterEnd { get; set; } = TimeSpan.FromMinutes(10);
}
