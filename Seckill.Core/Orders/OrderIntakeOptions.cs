using System.ComponentModel.DataAnnotations;

namespace Seckill.Core.Orders;

/// <summary>How reservations become orders.</summary>
public sealed record OrderIntakeOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:OrderIntake";

    /// <summary>
    /// Most messages per batch, 1 to 5,000. Default 2,000: about 500 rows for each of the four tables, beyond which multi-row inserts gain little (60k rows/s at 500, 67k at 1,000)
    /// and each row is a lock held. Nothing waits for a batch to fill.
    /// </summary>
    [Range(1, 5_000)]
    public int MaxBatch { get; set; } = 2_000;

    /// <summary>Table batches that are written at once, 1 to 4. Default 2: twice the rows of one connection; more contend for the guard row.</summary>
    [Range(1, OrderTables.Count)]
    public int ParallelTables { get; set; } = 2;

    /// <summary>Longest pause between attempts while a server is away, ms, 50 to 60,000. Default 2,000: back at work within seconds of the server.</summary>
    [Range(50, 60_000)]
    public int MaxBackoffMs { get; set; } = 2_000;

    /// <summary>How long a stopping worker may finish its batch, ms, 0 to 30,000. Default 4,000, inside the host's limit; what is not finished is redelivered.</summary>
    [Range(0, 30_000)]
    public int DrainMs { get; set; } = 4_000;
}
