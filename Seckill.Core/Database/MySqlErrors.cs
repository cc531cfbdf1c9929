using System.Data.Common;

namespace Seckill.Core.Database;

/// <summary>Sorts the server's error numbers. The number stands in <see cref="Exception.Data"/> under one key for MySql.Data and MySqlConnector alike.</summary>
public static class MySqlErrors
{
    /// <summary>The server's error number; 0 when the fault is not the server's answer (no connection, time-out).</summary>
    public static int NumberOf(DbException fault) => fault.Data["Server Error Code"] is int number ? number : 0;

    /// <summary>Deadlock victim (1213) or lock wait too long (1205): rolled back for others' sake, and the same transaction may simply be repeated.</summary>
    public static bool IsLockConflict(DbException fault) => NumberOf(fault) is 1213 or 1205;

    /// <summary>
    /// The values themselves are refused: null (1048), out of range (1264), malformed time (1292) or text (1366), too long (1406), a CHECK (3819 in MySQL,
    /// 4025 in MariaDB). The same statement fails for ever; everything else is the infrastructure's fault and passes.
    /// </summary>
    public static bool IsDataFault(DbException fault) => NumberOf(fault) is 1048 or 1264 or 1292 or 1366 or 1406 or 3819 or 4025;

    /// <summary>What a DDL statement would make is there already: table (1050), column (1060), key (1061).</summary>
    public static bool IsAlreadyThere(DbException fault) => NumberOf(fault) is 1050 or 1060 or 1061;
}
