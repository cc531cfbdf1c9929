namespace Seckill.LoadTests.Running;

/// <summary>Kinds of answers, counted apart: a sold-out rate is no sales rate.</summary>
public enum Answer
{
    /// <summary>202: a unit is the user's.</summary>
    Accepted,

    /// <summary>409 sold-out.</summary>
    SoldOut,

    /// <summary>409 already-grabbed, with the order.</summary>
    AlreadyGrabbed,

    /// <summary>429: slow down.</summary>
    Throttled,

    /// <summary>503 with Retry-After: refused before anything was decided, or not known.</summary>
    Unavailable,

    /// <summary>Any other refusal by name: not open, closed, not eligible, unknown.</summary>
    Refused,

    /// <summary>No answer, or one that makes no sense. What became of the grab is unknown.</summary>
    Error,

    /// <summary>More was in flight than allowed: never left the generator.</summary>
    NotSent,
}
