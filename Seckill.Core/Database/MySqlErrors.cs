using System.Data.Common;

namespace Seckill.Core.Database;

/// <summary>Sorts the server's error numbers. The number stands in <see cref="Exception.Data"/> under one key for MySql.Data and MySqlConnector alike.</summary>
public static class MySqlErrors
{
    /// <summary>The server's error number; 0 when the fault is not the server's answer (no connection, time-out).</summary>
    public static int NumberOf(DbException fault) => fault.Data["Server Error Code"] is int number ? number : 0;

    /// <summary>Whose fault it is. What is no database fault at all (a time-out, a broken stream, a driver in disorder) counts as away: it says nothing about the values.</summary>
    public static MySqlFault Classify(Exception fault) => fault is not DbException answer ? MySqlFault.Away : NumberOf(answer) switch
    {
        // Deadlock victim, lock wait too long.
        1213 or 1205 => MySqlFault.LockConflict,

        // Null; out of range; data truncated; malformed time; no default; malformed text; too long; value for a function; expression out of range; a CHECK (MySQL, MariaDB).
        1048 or 1264 or 1265 or 1292 or 1364 or 1366 or 1406 or 1411 or 1690 or 3819 or 4025 => MySqlFault.Data,

        // No answer; a client's own numbers (2000 to 2999: gone away, lost connection).
        0 or (>= 2000 and < 3000) => MySqlFault.Away,

        // Connections: too many, refused, shutting down, killed, network.
        1040 or 1042 or 1043 or 1047 or 1053 or 1077 or 1078 or 1079 or 1080 or 1081 or 1129 or 1130 or (>= 1152 and <= 1161) or 1184 or 1203 or 1226 or 1927 => MySqlFault.Away,

        // Rights and schema: a database that is not (or not yet) what the code expects.
        1044 or 1045 or 1046 or 1049 or 1051 or 1054 or 1064 or 1109 or 1136 or 1142 or 1143 or 1146 or 1227 or 1251 or 1412 or 1698 => MySqlFault.Away,

        // Resources and storage: memory, disk, files, table full, crashed tables, lock table full, engine errors, commit and rollback errors.
        (>= 1014 and <= 1038) or 1114 or 1180 or 1181 or 1194 or 1195 or 1206 or 1207 or 1297 => MySqlFault.Away,

        // Read-only servers (also a replica that is being promoted), interrupted or over its time.
        1290 or 1317 or 1568 or 1792 or 1836 or 1969 or 3024 or 3100 or 3101 => MySqlFault.Away,

        _ => MySqlFault.Unknown,
    };

    /// <summary>Deadlock victim or lock wait too long: rolled back for others' sake, and the same transaction may simply be repeated.</summary>
    public static bool IsLockConflict(DbException fault) => Classify(fault) == MySqlFault.LockConflict;

    /// <summary>A unique key has the value already (1062).</summary>
    public static bool IsDuplicateKey(DbException fault) => NumberOf(fault) is 1062;

    /// <summary>What a DDL statement would make is there already: table (1050), column (1060), key (1061).</summary>
    public static bool IsAlreadyThere(DbException fault) => NumberOf(fault) is 1050 or 1060 or 1061;
}
