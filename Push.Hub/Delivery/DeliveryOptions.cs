using System.ComponentModel.DataAnnotations;

namespace Push.Hub.Delivery;

/// <summary>How mailboxes are brought to connections.</summary>
public sealed record DeliveryOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Delivery";

    /// <summary>How often each local user's position is compared with the mailbox, 50 ms to 5 s. Default 5 s: the longest that a lost wake-up can delay a message.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:05")]
    public TimeSpan PositionCheckInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long appenders believe that this node has a user, 10 s to 10 min. Default 60 s; renewed each third of it, so that one missed round costs nothing.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "00:10:00")]
    public TimeSpan NodeLease { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Mailboxes checked at the same time, 1 to 4,096. Default 256: a pipeline's worth.</summary>
    [Range(1, 4_096)]
    public int ChecksInFlight { get; set; } = 256;

    /// <summary>Mailboxes read at the same time, 1 to 256. Default 32: the reads of a storm share one Redis connection anyway.</summary>
    [Range(1, 256)]
    public int ReadsInFlight { get; set; } = 32;

    /// <summary>How often raised confirmations are written to the mailboxes, 50 ms to 10 s. Default 1 s: the latest per user is enough.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:10")]
    public TimeSpan AckWriteInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (NodeLease < PositionCheckInterval * 2)
        {
            yield return new ValidationResult($"{nameof(NodeLease)} must be at least twice {nameof(PositionCheckInterval)}, which renews it.", [nameof(NodeLease)]);
        }
    }
}
