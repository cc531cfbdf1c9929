namespace Seckill.Core.Locking;

/// <summary>What <c>lock-acquire.lua</c> says. The codes are the script's.</summary>
internal enum LockVote
{
    /// <summary>This instance keeps the lock for the asker.</summary>
    Given = 1,

    /// <summary>Somebody else has it.</summary>
    HeldByAnother = 2,

    /// <summary>The data set is younger than a lock lives: it may have forgotten a holder, so it has no vote yet.</summary>
    TooYoung = 3,
}
