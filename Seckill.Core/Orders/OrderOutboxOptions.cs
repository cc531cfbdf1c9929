using System.ComponentModel.DataAnnotations;

namespace Seckill.Core.Orders;

/// <summary>How the work that follows changes of orders is carried out.</summary>
public sealed record OrderOutboxOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:OrderOutbox";

    /// <summary>Rows per batch, 1 to 1,000. Default 200: their releases and pushes are pipelined, and so many locks are held at most.</summary>
    [Range(1, 1_000)]
    public int MaxBatch { get; set; } = 200;

    /// <summary>Pause before an empty table is asked again, ms, 5 to 10,000. Default 50: what a buyer waits at most between the change and hearing of it.</summary>
    [Range(5, 10_000)]
    public int IdlePollMs { get; set; } = 50;

    /// <summary>Longest pause between attempts while a server is away, ms, 50 to 60,000. Default 2,000.</summary>
    [Range(50, 60_000)]
    public int MaxBackoffMs { get; set; } = 2_000;
}
