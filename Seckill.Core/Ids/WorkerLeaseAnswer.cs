namespace Seckill.Core.Ids;

/// <summary>What <c>worker-lease.lua</c> says. The codes are the script's.</summary>
internal enum WorkerLeaseAnswer
{
    /// <summary>The asker holds the worker id.</summary>
    Leased = 1,

    /// <summary>Another holds it, or has held it since.</summary>
    HeldByAnother = 2,

    /// <summary>The data set is younger than a lease: somebody may hold the worker id whom it has forgotten.</summary>
    TooYoung = 3,

    /// <summary>Ids of this worker id may carry later times than the asker's clock shows.</summary>
    ClockBehind = 4,
}
