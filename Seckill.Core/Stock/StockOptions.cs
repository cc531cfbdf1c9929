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

    /// <summary>
    /// Replicas that must hold a reservation before its winner is told (<c>WAIT</c>, once for each batch). 0 to 10. Default 0: off, for each batch then waits for the slowest of them. With 1, a
    /// promoted replica that was up to date has forgotten nobody who was told. What does not arrive in time is an unknown outcome: asked again, then 503 <c>outcome-unknown</c>.
    /// </summary>
    [Range(0, 10)]
    public int ReplicaAcks { get; set; }

    /// <summary>How long one batch waits for <see cref="ReplicaAcks"/>. 10 ms to 5 s. Default 200 ms: hundreds of round trips in one data centre; the node's commands queue behind it meanwhile. Below <see cref="CallTimeout"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:05")]
    public TimeSpan ReplicaTimeout { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>What the operator means Redis to keep, held against its settings at start (docs/redis-durability.md). Default <see cref="StockDurability.EverySecond"/>.</summary>
    public StockDurability Durability { get; set; } = StockDurability.EverySecond;
}
