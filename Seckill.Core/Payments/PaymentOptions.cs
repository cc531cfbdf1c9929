using System.ComponentModel.DataAnnotations;

namespace Seckill.Core.Payments;

/// <summary>How long buyers have to pay, and how the saga of a payment is driven.</summary>
public sealed record PaymentOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Payments";

    /// <summary>From the order row to its deadline: one of <see cref="PaymentDeadlines.Tiers"/>. Default 15 min: time to find a card, and short enough that a unit is offered again while people look.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "00:30:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long the sweep leaves an overdue order to its deadline message, 0 to 10 min. Default 10 s: the sweep is for messages that Kafka lost, and need not race the others.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan SweepGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the sweep looks, 100 ms to 10 min. Default 5 s: four index look-ups.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Pause before the saga looks for due payments again when there was none, ms, 5 to 10,000. Default 100: what a buyer waits at most between the gateway's answer and "paid".</summary>
    [Range(5, 10_000)]
    public int IdlePollMs { get; set; } = 100;

    /// <summary>Payments that one Worker takes a step with at once, 1 to 256. Default 8: each is a few short queries and a call to the gateway, and holds a database connection while it lasts.</summary>
    [Range(1, 256)]
    public int MaxInFlight { get; set; } = 8;

    /// <summary>How long a step may take before another Worker may take it up, 1 s to 10 min. Default 10 s: what a crash in the middle of a step costs. Too short only repeats steps, which are idempotent.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan StepLease { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause before the gateway is first asked what became of a charge, 50 ms to 10 min; it doubles up to <see cref="MaxPollPause"/>. Default 3 s: callbacks come sooner, so only lost ones are polled for.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan FirstPollPause { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Longest pause between two such questions, 50 ms to 1 h. Default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan MaxPollPause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>After how long without a word from the gateway a charge is given up, 1 min to 30 days. Default 1 day; one that is captured after all is refunded.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!PaymentDeadlines.Tiers.Contains(Window))
        {
            yield return new ValidationResult($"Window must be one of {string.Join(", ", PaymentDeadlines.Tiers)}: each is a topic with one fixed delay.", [nameof(Window)]);
        }
    }
}
