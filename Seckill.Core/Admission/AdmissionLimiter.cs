namespace Seckill.Core.Admission;

/// <summary>Which limiter refused.</summary>
public enum AdmissionLimiter
{
    /// <summary>None: the grab may proceed.</summary>
    None = 0,

    /// <summary>The node's token bucket.</summary>
    Node = 1,

    /// <summary>The user's sliding window.</summary>
    User = 2,
}
