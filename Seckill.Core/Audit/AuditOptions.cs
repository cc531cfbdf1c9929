using System.ComponentModel.DataAnnotations;

namespace Seckill.Core.Audit;

/// <summary>How long the audit log is kept.</summary>
public sealed record AuditOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Audit";

    /// <summary>How long an entry is kept, 1 day to 10 years. Default 400 days: a year's sale can be held against last year's.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(400);

    /// <summary>How often a Worker looks for entries that are too old, 1 s to 1 day. Default 1 h: nothing depends on the minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromHours(1);
}
