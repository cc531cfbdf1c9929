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

    /// <summary>
    /// Messages that one connection may have been sent without confirming them, 8 to 100,000. Default 1,000: more than two full mailboxes of the default size, so that no resume waits for confirmations. When full: the connection gets
    /// no further mailbox messages until half of it is confirmed, and then goes on from the mailbox.
    /// </summary>
    [Range(8, 100_000)]
    public int MaxUnackedMessages { get; set; } = 1_000;

    /// <summary>Bytes of such messages, 16 KiB to 64 MiB. Default 512 KiB: two full mailboxes, and half of what may wait for a socket, so that a mailbox alone never cuts a connection off. When full: as for <see cref="MaxUnackedMessages"/>.</summary>
    [Range(16 * 1024, 64 * 1024 * 1024)]
    public int MaxUnackedBytes { get; set; } = 512 * 1024;

    /// <summary>How long a connection may confirm nothing before the oldest page is sent again, 100 ms to 10 min. Default 5 s; doubled for each further time.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan ResendAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Times that the same messages are sent again without any confirmation, 0 to 10. Default 3. After that they are left to a resume, and a connection whose window is full is closed.</summary>
    [Range(0, 10)]
    public int MaxResends { get; set; } = 3;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (NodeLease < PositionCheckInterval * 2)
        {
            yield return new ValidationResult($"{nameof(NodeLease)} must be at least twice {nameof(PositionCheckInterval)}, which renews it.", [nameof(NodeLease)]);
        }
    }
}
