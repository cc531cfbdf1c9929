namespace Seckill.Core.Stock.Recovery;

/// <summary>Why a bucket in Redis is not the one that sold before.</summary>
public enum LossCause
{
    /// <summary>It is there, and whole.</summary>
    None = 0,

    /// <summary>Keys or fields that a grab needs are missing: Redis came back empty, or evicted them.</summary>
    Missing,

    /// <summary>Another life of the server answers than the one that was last known to be whole: a restart or a promotion. What it lost nobody can tell from its own words.</summary>
    ServerChanged,

    /// <summary>The version is below one that was seen in the same epoch.</summary>
    VersionBehind,

    /// <summary>The epoch is not the one that MySQL names: a replica from before a recovery, or a MySQL that went back.</summary>
    EpochMismatch,
}
