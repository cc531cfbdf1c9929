namespace Seckill.Core.Database;

/// <summary>Whose fault a database fault is, and so what helps.</summary>
public enum MySqlFault
{
    /// <summary>The server's, the network's or ours: away, timed out, read-only, full, a table missing. Nothing about one message: wait and repeat.</summary>
    Away = 0,

    /// <summary>Nobody's: two transactions met. Rolled back for the other's sake; repeat at once.</summary>
    LockConflict = 1,

    /// <summary>The values': the same statement fails for ever.</summary>
    Data = 2,

    /// <summary>The server's answer has a number that we do not know: perhaps the values', perhaps not.</summary>
    Unknown = 3,
}
