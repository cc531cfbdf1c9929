using System.ComponentModel.DataAnnotations;

namespace Push.Hub.Presence;

/// <summary>How a node tells operators of itself.</summary>
public sealed record PresenceOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Presence";

    /// <summary>How often a node tells how many it has, 100 ms to 1 min. Default 5 s. What it said counts for three times as long: a node that died is forgotten after that.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);
}
