using System.ComponentModel.DataAnnotations;
using Seckill.Core.Stock;

namespace Seckill.Core.Grab;

/// <summary>How grabs travel to Redis.</summary>
public sealed record GrabOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Grab";

    /// <summary>Grabs in one call. 1 to 256. Default 256: measured, the gain is flat beyond.</summary>
    [Range(1, StockStore.MaxBatch)]
    public int MaxBatch { get; set; } = StockStore.MaxBatch;

    /// <summary>
    /// Calls of one bucket under way at once. 1 to 16. Default 2: one is decided while the next one travels. A call beside another leaves only when it is half full, for what few grabs
    /// gain by a call of their own is less than what it costs.
    /// </summary>
    [Range(1, 16)]
    public int MaxCallsInFlight { get; set; } = 2;

    /// <summary>Grabs of one bucket that may wait on this node. 1 to 1,000,000. Default 20,000: about a tenth of a second of Redis at full rate. More are refused as overloaded.</summary>
    [Range(1, 1_000_000)]
    public int MaxWaiting { get; set; } = 20_000;

    /// <summary>How long a grab may wait for its call before it is refused as overloaded. 10 ms to 1 min. Default 2 s: past it the browser has given up hope.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long to go on asking when an outcome is unknown. 0 to 1 min. Default 3 s: a Redis restart on a small data set fits in.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan AskAgainFor { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Buyers of one bucket that the sold-out board keeps. 0 (never answer from memory) to 10,000,000. Default 200,000: about 40 MB.</summary>
    [Range(0, 10_000_000)]
    public int MaxBoardBuyers { get; set; } = 200_000;

    /// <summary>Buyers of all buckets that the board keeps. 0 to 100,000,000. Default 1,000,000.</summary>
    [Range(0, 100_000_000)]
    public int MaxBoardBuyersInAll { get; set; } = 1_000_000;

    /// <summary>How often the board compares itself with Redis. 10 ms to 10 s. Default 250 ms: the longest that a lost message hides returned units.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan BoardPollInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Winners of one bucket that this node remembers to have told, for <see cref="WitnessList.KeepFor"/>, and claims again when Redis forgot them. 0 to 1,000,000. Default 20,000, about 2 MB: a
    /// second of a node's winners, many times what a healthy replica lags behind. Beyond it the oldest are forgotten, and rest on Kafka and the order rows alone.
    /// </summary>
    [Range(0, 1_000_000)]
    public int MaxWitnessed { get; set; } = 20_000;
}
