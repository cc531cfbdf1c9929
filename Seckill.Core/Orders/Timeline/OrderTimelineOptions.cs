using System.ComponentModel.DataAnnotations;

namespace Seckill.Core.Orders.Timeline;

/// <summary>How long it is known when an order took each step. What the buyer's mailbox knows of the push has its own bounds, see <see cref="Push.MailboxOptions"/>.</summary>
public sealed record OrderTimelineOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:OrderTimeline";

    /// <summary>Age at which the steps of an order are forgotten, 1 h to 365 days. Default 7 days: long enough to ask after a complaint. The order itself stays.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How often a Worker looks for what is too old, 1 s to 1 day. Default 10 min: the sweep then finds little at a time, and nobody needs it to the minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(10);
}
