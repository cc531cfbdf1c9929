namespace Seckill.Core.GrabTokens;

/// <summary>What became of a question for a grab token.</summary>
public enum GrabTokenAnswerKind
{
    /// <summary>Here is one.</summary>
    Issued,

    /// <summary>A grab would be refused, so there is none.</summary>
    Refused,

    /// <summary>The sale has a waiting room, and the user is not through it.</summary>
    NotAdmitted,

    /// <summary>Work must be done first.</summary>
    WorkRequired,

    /// <summary>The work that was sent is no good.</summary>
    WorkInvalid,
}
