namespace Seckill.Core.Admission;

/// <summary>Whether a user may grab in a restricted sale.</summary>
public enum EligibilityAnswer
{
    /// <summary>On the list.</summary>
    Eligible,

    /// <summary>Not on the list.</summary>
    NotEligible,

    /// <summary>The list is not in Redis, or Redis is away: nobody can tell.</summary>
    Unknown,
}
