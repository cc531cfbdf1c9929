using System.ComponentModel.DataAnnotations;

namespace Seckill.Core.WaitingRooms;

/// <summary>Times of all waiting rooms; how fast and how large one is, says its sale. The same on every Api and Worker.</summary>
public sealed record WaitingRoomOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:WaitingRoom";

    /// <summary>
    /// After so long without a word from its page a place is free, 2 s to 10 min. Default 20 s: pages are told to look every quarter of it, so three lost requests in a row cost nothing, and
    /// a page that vanished holds its place no longer than a patient person minds. Where more than 20,000 wait it is longer in proportion: their looks stay at 4,000 a second.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:10:00")]
    public TimeSpan Silence { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the place of a page that was closed is kept, 100 ms to 5 min. Default 6 s: a page that was only loaded again, or is open in another tab, is heard by then.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan ClosingGrace { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>
    /// How long an admitted user may ask for grab tokens, 1 s to 1 h. Default 2 min, as long as a grab token lives: time to look up from something else, and to work for the token; too short to be
    /// worth selling.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan AdmissionLifetime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Life of a ticket, 10 s to 30 min. Default 10 min. Every answer brings a new one, so a page that waits never has an old one; who has one joins again and is given the same place.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:10", "00:30:00")]
    public TimeSpan TicketLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ClosingGrace > Silence)
        {
            yield return new ValidationResult("ClosingGrace must not be longer than Silence: closing a page would keep its place.");
        }
    }
}
