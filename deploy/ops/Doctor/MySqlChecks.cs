using System.Data.Common;
using System.Globalization;
using Dapper;
using Seckill.Core.Database;

namespace Seckill.Ops.Doctor;

/// <summary>What MySQL or MariaDB must be set to, and whether its schema is that of this build.</summary>
internal sealed class MySqlChecks(SeckillDatabase database)
{
    private const string Area = "mysql";

    /// <summary>All of them; one only when it does not answer.</summary>
    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken stop)
    {
        try
        {
            await using DbConnection connection = await database.OpenAsync(stop);
            Dictionary<string, string> settings = (await connection.QueryAsync<(string Name, string Value)>("SHOW GLOBAL VARIABLES")).ToDictionary(row => row.Name, row => row.Value);
            return [new Finding(Area, "answers", Verdict.Ok, settings.GetValueOrDefault("version", "unknown")), .. Settings(settings), await SchemaAsync(connection)];
        }
        catch (DbException away)
        {
            return [new Finding(Area, "answers", Verdict.Wrong, away.Message, "start MySQL, or correct SECKILL__MYSQL (an ADO.NET connection string) and the user's rights")];
        }
    }

    private static IEnumerable<Finding> Settings(Dictionary<string, string> settings)
    {
        yield return VersionOf(settings.GetValueOrDefault("version", string.Empty));
        yield return Expect(
            "innodb_flush_log_at_trx_commit", value => value == "1", Verdict.Wrong, "innodb_flush_log_at_trx_commit=1: otherwise orders that were committed, and whose offsets Kafka has, are gone after a power cut");
        if (settings.GetValueOrDefault("log_bin") == "ON")
        {
            yield return Expect("sync_binlog", value => value == "1", Verdict.Warning, "sync_binlog=1: otherwise a replica may lack orders after a power cut, or have others");
        }

        yield return Expect("read_only", value => value is "OFF" or "0", Verdict.Wrong, "name the primary in SECKILL__MYSQL: a replica takes no orders");
        yield return Expect(
            settings.ContainsKey("transaction_isolation") ? "transaction_isolation" : "tx_isolation", value => value is "READ-COMMITTED" or "REPEATABLE-READ", Verdict.Wrong,
            "REPEATABLE-READ (the default) or READ-COMMITTED: less lets the intake see rows that are rolled back, more makes it wait for readers");
        yield return Expect(
            "sql_mode", value => value.Contains("STRICT_TRANS_TABLES", StringComparison.Ordinal), Verdict.Wrong, "sql_mode with STRICT_TRANS_TABLES: otherwise a value that does not fit is cut off in silence");
        yield return Expect("max_connections", value => Number(value) >= 200, Verdict.Warning, "max_connections=400 or more: each Api and Worker holds a pool of up to 100");
        yield return Expect("innodb_buffer_pool_size", value => Number(value) >= 64L * 1024 * 1024, Verdict.Warning, "innodb_buffer_pool_size of a few hundred MiB at least: the orders of a sale should stay in memory");
        yield return Expect("innodb_doublewrite", value => value is not ("OFF" or "0"), Verdict.Warning, "innodb_doublewrite=ON, unless the file system writes pages whole");

        Finding Expect(string name, Func<string, bool> isOk, Verdict otherwise, string fix) => settings.TryGetValue(name, out string? value)
            ? Finding.Of(Area, name, isOk(value), otherwise, value.Length == 0 ? "(empty)" : value, $"set {fix}")
            : new Finding(Area, name, Verdict.NotLooked, "this server has no such setting");
    }

    private static Finding VersionOf(string text)
    {
        bool isMariaDb = text.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);
        Version least = isMariaDb ? new Version(10, 11) : new Version(8, 0);
        return !Version.TryParse(text.Split('-')[0], out Version? version)
            ? new Finding(Area, "version", Verdict.NotLooked, text)
            : Finding.Of(Area, "version", version >= least, Verdict.Wrong, text, "MySQL 8 or MariaDB 10.11: older ones lack window functions, or checks that guard the stock");
    }

    private static async Task<Finding> SchemaAsync(DbConnection connection)
    {
        IReadOnlyList<Migration> known = Migration.LoadEmbedded();
        if (await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'schema_migrations'") == 0)
        {
            return new Finding(Area, "schema", Verdict.Warning, $"none; this build has {known.Count} migrations", "start a Worker: it applies them under a lock");
        }

        Dictionary<int, (string Name, string Checksum, bool IsDone)> applied = (await connection.QueryAsync<(int Version, string Name, string Checksum, long Done)>(
                "SELECT version, name, checksum, finished_at IS NOT NULL FROM schema_migrations"))
            .ToDictionary(row => row.Version, row => (row.Name, row.Checksum, row.Done != 0));
        if (known.FirstOrDefault(migration => applied.TryGetValue(migration.Version, out var row) && row.Checksum != migration.Checksum) is { } changed)
        {
            return new Finding(Area, "schema", Verdict.Wrong, $"{changed.Name} is not the script that was applied", "deploy the build that this database belongs to; applied scripts are never edited");
        }

        if (applied.Values.FirstOrDefault(row => !row.IsDone) is { Name: not null } half)
        {
            return new Finding(Area, "schema", Verdict.Wrong, $"{half.Name} was begun and not finished", "start a Worker: it goes on at the statement that is missing, and its log says what stops it");
        }

        Migration[] missing = [.. known.Where(migration => !applied.ContainsKey(migration.Version))];
        return missing.Length > 0
            ? new Finding(Area, "schema", Verdict.Warning, $"{missing.Length} migrations are missing, from {missing[0].Name} on", "start a Worker of this build: it applies them under a lock")
            : applied.Count > known.Count
                ? new Finding(Area, "schema", Verdict.Warning, $"{applied.Count - known.Count} migrations of a later build", "fine while a roll-out is under way")
                : new Finding(Area, "schema", Verdict.Ok, $"all {known.Count} migrations");
    }

    private static long Number(string text) => long.TryParse(text, CultureInfo.InvariantCulture, out long number) ? number : 0;
}
