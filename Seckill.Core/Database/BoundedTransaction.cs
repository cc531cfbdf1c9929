using System.Data;
using System.Data.Common;

namespace Seckill.Core.Database;

/// <summary>A transaction on a <see cref="BoundedConnection"/>; one that is left without a commit is rolled back.</summary>
internal sealed class BoundedTransaction(BoundedConnection connection, DbTransaction driver) : DbTransaction
{
    private bool _isOver;

    /// <summary>What the driver's commands are to take part in.</summary>
    public DbTransaction Driver => driver;

    /// <inheritdoc/>
    public override IsolationLevel IsolationLevel => driver.IsolationLevel;

    /// <inheritdoc/>
    protected override DbConnection DbConnection => connection;

    /// <inheritdoc/>
    public override void Commit() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Rollback() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        await connection.WithinAsync(() => driver.CommitAsync(cancellationToken));
        _isOver = true;
    }

    /// <inheritdoc/>
    public override async Task RollbackAsync(CancellationToken cancellationToken = default)
    {
        await connection.WithinAsync(() => driver.RollbackAsync(cancellationToken));
        _isOver = true;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        try
        {
            if (!_isOver)
            {
                await RollbackAsync();
            }
        }
        catch (DbException)
        {
            // The server rolls back when the connection ends; what led here matters more.
        }

        await base.DisposeAsync();
    }
}
