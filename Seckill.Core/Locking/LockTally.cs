namespace Seckill.Core.Locking;

/// <summary>Votes counted so far.</summary>
/// <param name="Servers">Instances that have a vote.</param>
/// <param name="Majority">Votes that are needed.</param>
/// <param name="Yes">Votes for us.</param>
/// <param name="No">Votes against us. Who is silent has not voted.</param>
internal readonly record struct LockTally(int Servers, int Majority, int Yes = 0, int No = 0)
{
    /// <summary>A majority is for us.</summary>
    public bool IsGiven => Yes >= Majority;

    /// <summary>So many are against us that no majority is left.</summary>
    public bool IsRefused => No > Servers - Majority;

    public LockTally With(bool? vote) => vote switch
    {
        true => this with { Yes = Yes + 1 },
        false => this with { No = No + 1 },
        null => this,
    };
}
