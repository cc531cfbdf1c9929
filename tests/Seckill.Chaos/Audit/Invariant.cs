namespace Seckill.Chaos.Audit;

/// <summary>What the engine promises (ARCHITECTURE.md, Invariants).</summary>
internal enum Invariant
{
    /// <summary>I1: never more active orders than units.</summary>
    NoOversell = 1,

    /// <summary>I2: no unit leaks.</summary>
    NoUndersell = 2,

    /// <summary>I3: nobody holds more than the limit, and a repeated grab answers with the order held.</summary>
    OnePerUser = 3,

    /// <summary>I4: every acknowledged grab ends as exactly one order, or as one explicit failure.</summary>
    NothingLost = 4,

    /// <summary>I5: every outcome reaches its user; repetitions carry the same id and sequence.</summary>
    Told = 5,

    /// <summary>I6: nothing grows beyond its bound.</summary>
    Bounded = 6,
}
