using System.ComponentModel.DataAnnotations;

namespace Seckill.Core.Resilience;

/// <summary>How calls to one dependency are bounded, repeated and held back; docs/resilience.md. Each dependency has a record of its own with its defaults and their reasons.</summary>
public abstract record ResilienceOptions : IValidatableObject
{
    /// <summary>How long one attempt may take, 50 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan Timeout { get; set; }

    /// <summary>Attempts after the first, 0 to 5. Only what may be repeated is: see the record.</summary>
    [Range(0, 5)]
    public int Retries { get; set; }

    /// <summary>Pause before the first of them, 1 ms to 10 s; it doubles, with jitter.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan RetryPause { get; set; }

    /// <summary>From when on an answered call counts as failed for the circuit, 10 ms to 1 min: its caller gets the answer all the same. Below <see cref="Timeout"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan SlowAfter { get; set; }

    /// <summary>Share of failed and slow calls at which the circuit opens, 0.1 to 1.</summary>
    [Range(0.1, 1.0)]
    public double FailureRatio { get; set; }

    /// <summary>Time over which that share is taken, 500 ms to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:05:00")]
    public TimeSpan SamplingWindow { get; set; }

    /// <summary>Calls in the window below which the circuit stays closed, 2 to 10,000: a share of a few says nothing.</summary>
    [Range(2, 10_000)]
    public int MinimumCalls { get; set; }

    /// <summary>How long nobody asks once it has opened, before one call probes, 500 ms to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:05:00")]
    public TimeSpan BreakFor { get; set; }

    /// <summary>Calls under way at once, 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int MaxConcurrent { get; set; }

    /// <summary>Calls that wait for one of those to end, for <see cref="Timeout"/> at most, 0 to 100,000. More are not made.</summary>
    [Range(0, 100_000)]
    public int MaxQueued { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SlowAfter >= Timeout)
        {
            yield return new ValidationResult("SlowAfter must be below Timeout: a call cannot be slow that was given up before.", [nameof(SlowAfter)]);
        }
    }
}
