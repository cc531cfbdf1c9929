namespace Seckill.Core.Stock;

/// <summary>What <c>release.lua</c> says. The codes are the script's.</summary>
public enum ReleaseStatus
{
    /// <summary>The unit went back.</summary>
    Released = 1,

    /// <summary>The order holds no unit: it was given back before, or never reserved here. Nothing was written.</summary>
    NotHeld = 2,

    /// <summary>The bucket is being rebuilt: the release is noted, and carried out in the step that puts the new life in place.</summary>
    Deferred = 3,

    /// <summary>The bucket does not exist. Nothing was written.</summary>
    NotWarmed = -1,
}
