namespace Seckill.Core.DeadLetters;

/// <summary>Where a dead letter stands; on the wire and in MySQL its name in lower case.</summary>
public enum DeadLetterStatus
{
    /// <summary>Waits for an operator.</summary>
    Open = 0,

    /// <summary>An operator wants it back on its topic; a Worker does it within a second or two.</summary>
    Replaying = 1,

    /// <summary>It went back. If it dies again it is a new letter.</summary>
    Replayed = 2,

    /// <summary>An operator has settled it otherwise.</summary>
    Discarded = 3,
}
