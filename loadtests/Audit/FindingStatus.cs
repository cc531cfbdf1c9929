namespace Seckill.LoadTests.Audit;

/// <summary>Result of a check.</summary>
public enum FindingStatus
{
    Held,
    Broken,

    /// <summary>What it needs could not be read; never counted as held.</summary>
    NotChecked,
}
