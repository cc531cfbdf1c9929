using System.ComponentModel.DataAnnotations;

namespace Seckill.Core.Push;

/// <summary>Bounds of a mailbox. Every process that appends must have the same values.</summary>
public sealed record MailboxOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Mailbox";

    /// <summary>Messages kept per user, 8 to 10,000. Default 400: 300 normal ones, three pages, and 100 more for high ones; far more than one user's results of a sale. When full: oldest normal message first, then oldest high (see <see cref="HighReservePercent"/>). A high message goes in any case once 16 times as many have come after it.</summary>
    [Range(8, 10_000)]
    public int MaxMessages { get; set; } = 400;

    /// <summary>Bytes of envelopes kept per user, 16 KiB to 16 MiB. Default 256 KiB, so that 100,000 full mailboxes are 25 GiB and usual ones a hundredth of it. When full: as for <see cref="MaxMessages"/>.</summary>
    [Range(16 * 1024, 16 * 1024 * 1024)]
    public int MaxBytes { get; set; } = 256 * 1024;

    /// <summary>
    /// Share of <see cref="MaxMessages"/> and of <see cref="MaxBytes"/> that normal messages may never take, 0 to 75 percent. Default 25: a user's results of several sales find room without a hole among the
    /// normal ones. Over their part, the oldest normal message goes. High messages may take all of the mailbox: they tell of orders, and no normal message outranks one.
    /// </summary>
    [Range(0, 75)]
    public int HighReservePercent { get; set; } = 25;

    /// <summary>Devices per user whose confirmations are remembered, 1 to 64. Default 8. When full: the device that confirmed longest ago is forgotten, and resumes from what it knows itself.</summary>
    [Range(1, 64)]
    public int MaxDevices { get; set; } = 8;

    /// <summary>Longest life of a message, 1 s to 30 days; a longer TTL is cut to it. Default 24 h: a phone that was off overnight.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long a message id is remembered at least, 24 h to 60 days. Default 48 h: longer than <see cref="Retention"/>, so that a repeated append never
    /// finds the message gone but its id forgotten, and longer than Kafka may take to redeliver.
    /// </summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "60.00:00:00")]
    public TimeSpan IdempotencyWindow { get; set; } = TimeSpan.FromHours(48);

    /// <summary>Ids remembered per window and user, 64 to 100,000. Default 4,096. When full: the window ends early, so the last so many ids are still known.</summary>
    [Range(64, 100_000)]
    public int MaxIds { get; set; } = 4_096;

    /// <summary>Messages in one page of a read, 1 to 1,000. Default 100: a backlog of 300 is three frames.</summary>
    [Range(1, 1_000)]
    public int PageMessages { get; set; } = 100;

    /// <summary>Bytes of envelopes in one page, 16 KiB to 1 MiB. Default 128 KiB, so that a page fits a client's frame.</summary>
    [Range(16 * 1024, 1024 * 1024)]
    public int PageBytes { get; set; } = 128 * 1024;

    /// <summary>Users whose mailboxes one call to Redis appends to, 1 to 256. Default 64: spreads the cost of a call thin, and holds Redis up for well under a millisecond.</summary>
    [Range(1, 256)]
    public int UsersPerCall { get; set; } = 64;

    /// <summary>Append calls that one caller keeps under way, 1 to 64. Default 8: enough to fill the pipeline, few enough to finish well within a command's time-out.</summary>
    [Range(1, 64)]
    public int CallsInFlight { get; set; } = 8;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IdempotencyWindow <= Retention)
        {
            yield return new ValidationResult(
                $"{nameof(IdempotencyWindow)} must be longer than {nameof(Retention)}: else a repeated message is shown twice.",
                [nameof(IdempotencyWindow)]);
        }

        if (MaxIds < MaxMessages)
        {
            yield return new ValidationResult($"{nameof(MaxIds)} must be at least {nameof(MaxMessages)}.", [nameof(MaxIds)]);
        }
    }
}
