using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Seckill.Core.Database;

/// <summary>A command on a <see cref="BoundedConnection"/>.</summary>
internal sealed class BoundedCommand(BoundedConnection connection, DbCommand driver) : DbCommand
{
    private DbTransaction? _transaction;

    /// <inheritdoc/>
    [AllowNull]
    public override string CommandText
    {
        get => driver.CommandText;
        set => driver.CommandText = value;
    }

    /// <inheritdoc/>
    public override int CommandTimeout
    {
        get => driver.CommandTimeout;
        set => driver.CommandTimeout = value;
    }

    /// <inheritdoc/>
    public override CommandType CommandType
    {
        get => driver.CommandType;
        set => driver.CommandType = value;
    }

    /// <inheritdoc/>
    public override bool DesignTimeVisible { get; set; }

    /// <inheritdoc/>
    public override UpdateRowSource UpdatedRowSource
    {
        get => driver.UpdatedRowSource;
        set => driver.UpdatedRowSource = value;
    }

    /// <inheritdoc/>
    protected override DbConnection? DbConnection
    {
        get => connection;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    protected override DbParameterCollection DbParameterCollection => driver.Parameters;

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction
    {
        get => _transaction;
        set
        {
            _transaction = value;
            driver.Transaction = (value as BoundedTransaction)?.Driver;
        }
    }

    /// <inheritdoc/>
    public override void Cancel() => driver.Cancel();

    /// <inheritdoc/>
    public override void Prepare() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override int ExecuteNonQuery() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override object? ExecuteScalar() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken) => connection.WithinAsync(() => driver.ExecuteNonQueryAsync(cancellationToken));

    /// <inheritdoc/>
    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken) => connection.WithinAsync(() => driver.ExecuteScalarAsync(cancellationToken));

    /// <inheritdoc/>
    protected override DbParameter CreateDbParameter() => driver.CreateParameter();

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        new BoundedReader(connection, await connection.WithinAsync(() => driver.ExecuteReaderAsync(behavior, cancellationToken)));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            driver.Dispose();
        }

        base.Dispose(disposing);
    }
}
