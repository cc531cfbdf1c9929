using System.ComponentModel.DataAnnotations;

namespace Seckill.Core.Reconciliation;

/// <summary>How often reservations are held against orders, and which are old enough to be judged.</summary>
public sealed record ReconciliationOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Reconciliation";

    /// <summary>Time between two passes, 100 ms to 1 h. Default 10 s: a lost message is mended within <see cref="MinAge"/> and this; an unchanged bucket costs one read.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Age from which a reservation without an order counts as lost, 100 ms to 1 h. Default 15 s: well past the slowest healthy journey. Sooner only makes duplicates, which the intake drops.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan MinAge { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Buyers of one bucket that a pass will read, 1,000 to 10,000,000. Default 1,000,000, about 150 MB while the pass runs. A larger bucket is left alone, and report and log say so.</summary>
    [Range(1_000, 10_000_000)]
    public int MaxBuyers { get; set; } = 1_000_000;

    /// <summary>How long a batch may wait for Kafka before that is a finding, 1 s to 1 d. Default 1 min: a relay that died is replaced within seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan StuckAfter { get; set; } = TimeSpan.FromMinutes(1);
}
