using System.ComponentModel.DataAnnotations;

namespace Seckill.Core.Locking;

/// <summary>Where locks live and how long they hold. The same on every node: a node that waits for less than another locks for would let two in.</summary>
public sealed record LockingOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Locking";

    /// <summary>
    /// Independent Redis instances (no replicas of one another), as <c>host:port[,password=…]</c>. Default: none named, which means the main Redis alone. An odd number is
    /// best: a lock needs more than half of them.
    /// </summary>
    public IList<string> Servers { get; } = [];

    /// <summary>
    /// How long an instance keeps a lock whose holder went silent, 500 ms to 60 s. Default 5 s: a job moves to another worker that soon after a crash, and a holder still has
    /// three tries to extend it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:01:00")]
    public TimeSpan LockTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one instance may take to answer before it counts as silent, 10 ms to 5 s. Default 500 ms: a tenth of the lock, so that a dead instance does not eat its time.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:05")]
    public TimeSpan ServerTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Mean pause between two tries for a lock, 1 ms to 10 s. Default 250 ms; each pause is drawn between half and one and a half of it, so that contenders part.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(250);
}
