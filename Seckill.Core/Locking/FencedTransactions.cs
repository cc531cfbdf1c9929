using System.Data.Common;
using Dapper;
using Seckill.Core.Database;

namespace Seckill.Core.Locking;

/// <summary>MySQL transactions that only the present holder of a lock can commit. Thread-safe.</summary>
/// <remarks>
/// Table <c>fences</c> keeps the highest token per resource. A transaction first raises it to its own token and keeps the row's lock until it commits, so the transactions of two
/// holders stand one after the other: once the later holder has begun to write, the earlier one is refused, however long it was paused and wherever it was when it was paused.
/// </remarks>
public sealed class FencedTransactions(SeckillDatabase database)
{
    /// <summary>Runs <paramref name="work"/> in a transaction that is guarded by the token, and commits it.</summary>
    /// <exception cref="StaleHolderException">A later holder has written. Nothing of this transaction stands.</exception>
    /// <exception cref="DbException">The database is away or refuses a statement; whether the commit took place may be unknown.</exception>
    public async Task RunAsync(FencingToken token, Func<DbConnection, DbTransaction, Task> work, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(stop);
        await EnterAsync(token, transaction, stop);
        await work(connection, transaction);
        await transaction.CommitAsync(stop);
    }

    /// <summary>Guards a transaction of the caller's. Call it before the first write; on the exception roll back.</summary>
    /// <exception cref="StaleHolderException">A later holder has written.</exception>
    public static async Task EnterAsync(FencingToken token, DbTransaction transaction, CancellationToken stop)
    {
        DbConnection connection = transaction.Connection!;
        await connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO fences (resource, token) VALUES (@Resource, @Value) ON DUPLICATE KEY UPDATE token = GREATEST(token, @Value)", token, transaction, cancellationToken: stop));
        // A locking read: a plain one could show a snapshot from before the row was ours.
        long highest = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT token FROM fences WHERE resource = @Resource FOR UPDATE", token, transaction, cancellationToken: stop));
        if (highest > token.Value)
        {
            LockingMetrics.Refused.Add(1, LockingMetrics.Of(token.Resource));
            throw new StaleHolderException(token, highest);
        }
    }
}
