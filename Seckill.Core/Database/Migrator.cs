using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Database;

/// <summary>Brings the database to the scripts' state: in order, once each, by one worker at a time. Table <c>schema_migrations</c> records what was done.</summary>
/// <remarks>
/// MySQL commits each DDL statement by itself, so a script cannot be undone as a whole. The record therefore counts finished statements; after a crash the
/// script goes on at the first one that is not counted. That one may have run already, hence it alone may find what it makes in place.
/// </remarks>
public sealed class Migrator(SeckillDatabase database, TimeProvider time, ILogger<Migrator> log)
{
    private const string LockName = "seckill:migrations";

    /// <summary>How long one worker waits for another's migrations: 60 s.</summary>
    public static TimeSpan LockTimeout { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Applies what is missing.</summary>
    /// <param name="migrations">From <see cref="Migration.LoadEmbedded"/>.</param>
    /// <param name="stop">Gives up between statements.</param>
    /// <returns>How many scripts were applied or finished; 0 when all stood already. Scripts that a newer version applied are left alone.</returns>
    /// <exception cref="MigrationException">An applied script has been changed or is missing from the record's order.</exception>
    /// <exception cref="DbException">The database is away or refuses a statement.</exception>
    /// <exception cref="TimeoutException">Another worker held the lock for <see cref="LockTimeout"/>.</exception>
    public async Task<int> MigrateAsync(IReadOnlyList<Migration> migrations, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenUnboundedAsync(stop);
        int waitSeconds = (int)LockTimeout.TotalSeconds;
        long? locked = await connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            "SELECT GET_LOCK(@name, @seconds)", new { name = LockName, seconds = waitSeconds }, commandTimeout: waitSeconds + 10, cancellationToken: stop));
        if (locked != 1)
        {
            throw new TimeoutException("Another worker has held the migration lock for too long.");
        }

        try
        {
            return await ApplyAsync(connection, migrations, stop);
        }
        finally
        {
            // By hand: a pooled connection keeps its session, and the lock with it. A lost connection has lost the lock already.
            if (connection.State == System.Data.ConnectionState.Open)
            {
                await connection.ExecuteAsync("DO RELEASE_LOCK(@name)", new { name = LockName });
            }
        }
    }

    private async Task<int> ApplyAsync(DbConnection connection, IReadOnlyList<Migration> migrations, CancellationToken stop)
    {
        await connection.ExecuteAsync(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
              version          INT          NOT NULL PRIMARY KEY,
              name             VARCHAR(200) NOT NULL,
              checksum         CHAR(64)     NOT NULL,
              statements_done  INT          NOT NULL,
              finished_at      DATETIME(3)  NULL
            ) ENGINE = InnoDB
            """);
        Dictionary<int, Applied> applied = (await connection.QueryAsync<Applied>(
            "SELECT version, name, checksum, statements_done, finished_at FROM schema_migrations")).ToDictionary(row => row.version);
        Check(migrations, applied);

        int count = 0;
        foreach (Migration migration in migrations)
        {
            Applied? before = applied.GetValueOrDefault(migration.Version);
            if (before?.finished_at is null)
            {
                stop.ThrowIfCancellationRequested();
                await ApplyAsync(connection, migration, before?.statements_done, stop);
                count++;
            }
        }

        return count;
    }

    private async Task ApplyAsync(DbConnection connection, Migration migration, int? doneBefore, CancellationToken stop)
    {
        if (doneBefore is { } half)
        {
            log.MigrationResumed(migration.Name, half);
        }
        else
        {
            await connection.ExecuteAsync(
                "INSERT INTO schema_migrations (version, name, checksum, statements_done) VALUES (@Version, @Name, @Checksum, 0)", migration);
        }

        IReadOnlyList<string> statements = SqlScript.Split(migration.Text);
        for (int i = doneBefore ?? 0; i < statements.Count; i++)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                await connection.ExecuteAsync(new CommandDefinition(statements[i], commandTimeout: 600));
            }
            catch (DbException fault) when (i == doneBefore && MySqlErrors.IsAlreadyThere(fault))
            {
                // The crash fell between this statement and its count.
            }

            await connection.ExecuteAsync("UPDATE schema_migrations SET statements_done = @done WHERE version = @version", new { done = i + 1, version = migration.Version });
        }

        await connection.ExecuteAsync(
            "UPDATE schema_migrations SET finished_at = @now WHERE version = @version", new { now = time.GetUtcNow().UtcDateTime, version = migration.Version });
        log.MigrationApplied(migration.Name);
    }

    private static void Check(IReadOnlyList<Migration> migrations, Dictionary<int, Applied> applied)
    {
        int last = applied.Count == 0 ? 0 : applied.Keys.Max();
        for (int version = 1; version <= last; version++)
        {
            if (!applied.ContainsKey(version))
            {
                throw new MigrationException($"The database has migration {last} but not {version}.");
            }
        }

        foreach (Migration migration in migrations)
        {
            if (applied.TryGetValue(migration.Version, out Applied? row) && row.checksum != migration.Checksum)
            {
                throw new MigrationException(
                    $"{migration.Name} differs from what was applied as {row.name}: an applied script is never edited, the change belongs in a new one.");
            }
        }
    }

    private sealed record Applied(int version, string name, string checksum, int statements_done, DateTime? finished_at);
}
