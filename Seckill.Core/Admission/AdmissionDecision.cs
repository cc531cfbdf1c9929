namespace Seckill.Core.Admission;

/// <summary>Whether a grab may proceed.</summary>
/// <param name="Limiter">Who refused; <see cref="AdmissionLimiter.None"/> when admitted.</param>
/// <param name="RetryAfter">When a try has a chance again; zero when admitted.</param>
public readonly record struct AdmissionDecision(AdmissionLimiter Limiter, TimeSpan RetryAfter)
{
    /// <summary>True when no limiter refused.</summary>
    public bool Admitted => Limiter == AdmissionLimiter.None;
}
