using System.ComponentModel.DataAnnotations;

namespace Seckill.Core.Stock;

/// <summary>How buckets are called.</summary>
public sealed record StockOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Stock";

    /// <summary>How long one script call may take before its outcome counts as unknown. 50 ms to 30 s. Default 1 s: far above any healthy call, well below a browser's patience.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:30")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Batches in a bucket's outbox at which grabs are refused. 1 to 1,000,000. Default 20,000: up to 5 million reservations of 256 a batch, about 250 MB, which is
    /// hours of a Kafka outage for any real sale.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxOutboxLength { get; set; } = 20_000;
}
