namespace Seckill.Core.Stock;

/// <summary>What <c>warm.lua</c> says. The codes are the script's.</summary>
public enum WarmStatus
{
    /// <summary>The bucket was created.</summary>
    Created = 1,

    /// <summary>It existed, whole; nothing was written.</summary>
    AlreadyWarm = 2,

    /// <summary>It does not exist, and the caller forbade to create it.</summary>
    Absent = -1,

    /// <summary>Only part of its keys exists: it must be rebuilt. Nothing was written.</summary>
    Damaged = -2,

    /// <summary>A recovery has fenced it and will open it again. Nothing was written.</summary>
    Recovering = -3,
}
