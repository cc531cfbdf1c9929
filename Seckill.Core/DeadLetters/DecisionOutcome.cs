namespace Seckill.Core.DeadLetters;

/// <summary>What became of an operator's decision.</summary>
public enum DecisionOutcome
{
    /// <summary>It stands. A replay is then carried out by a Worker.</summary>
    Taken = 0,

    /// <summary>No letter has this id.</summary>
    Unknown = 1,

    /// <summary>Somebody decided before; nothing was changed.</summary>
    DecidedBefore = 2,
}
