namespace Seckill.Core.Admission;

/// <summary>Which limiter refused.</summary>
public enum AdmissionLimiter
{
    /// <summary>None: the grab may proceed.</summary>
    None = 0,

    /// <summary>The node's token bucket.</summary>
    Node = 1,

    /// <summary>The user's sliding window on this node.</summary>
    User = 2,

    /// <summary>The address's sliding window on this node.</summary>
    Ip = 3,

    /// <summary>The sale's token bucket, which all nodes share.</summary>
    Sale = 4,

    /// <summary>The user's sliding window that all nodes share.</summary>
    SharedUser = 5,
}
