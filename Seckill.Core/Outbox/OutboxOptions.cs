using System.ComponentModel.DataAnnotations;

namespace Seckill.Core.Outbox;

/// <summary>How the relay reads the outbox streams.</summary>
public sealed record OutboxOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Outbox";

    /// <summary>Stream entries per read and bucket, 1 to 1,000. Default 64: an entry holds up to some hundreds of winners, so this is already a large Kafka batch.</summary>
    [Range(1, 1_000)]
    public int EntriesPerRead { get; set; } = 64;

    /// <summary>Buckets whose batches may be on their way to Kafka at once, 1 to 256. Default 16: bounds what the relay holds in memory.</summary>
    [Range(1, 256)]
    public int MaxBatchesInFlight { get; set; } = 16;

    /// <summary>Shortest pause before an empty stream is asked again, ms, 1 to 1,000. Default 10: with few buckets, that is what a lone grab waits at most; 5 costs an idle Worker twice the CPU.</summary>
    [Range(1, 1_000)]
    public int IdlePollMs { get; set; } = 10;

    /// <summary>Reads of empty streams a second that one relay spends in all, 10 to 100,000. Default 500: an idle Worker spends most of its CPU here; beyond it, each bucket is asked less often.</summary>
    [Range(10, 100_000)]
    public int IdlePollsPerSecond { get; set; } = 500;

    /// <summary>How long an entry may lie with a relay that shows signs of life before another takes it over, ms, 100 to 600,000. Default 5,000. Too short only makes duplicates. Of a relay without signs of life (<see cref="RelayLiveness.Life"/>) entries are taken over at once.</summary>
    [Range(100, 600_000)]
    public int ClaimAfterMs { get; set; } = 5_000;

    /// <summary>How often the directory of buckets is read, ms, 10 to 60,000. Default 250: a new sale is warmed long before its first grab.</summary>
    [Range(10, 60_000)]
    public int DirectoryPollMs { get; set; } = 250;
}
