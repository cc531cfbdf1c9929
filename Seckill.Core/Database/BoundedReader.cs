using System.Collections;
using System.Data.Common;

namespace Seckill.Core.Database;

/// <summary>The rows of a query on a <see cref="BoundedConnection"/>: the bound holds for each row that is waited for.</summary>
internal sealed class BoundedReader(BoundedConnection connection, DbDataReader driver) : DbDataReader
{
    /// <inheritdoc/>
    public override int Depth => driver.Depth;

    /// <inheritdoc/>
    public override int FieldCount => driver.FieldCount;

    /// <inheritdoc/>
    public override bool HasRows => driver.HasRows;

    /// <inheritdoc/>
    public override bool IsClosed => driver.IsClosed;

    /// <inheritdoc/>
    public override int RecordsAffected => driver.RecordsAffected;

    /// <inheritdoc/>
    public override object this[int ordinal] => driver[ordinal];

    /// <inheritdoc/>
    public override object this[string name] => driver[name];

    /// <inheritdoc/>
    public override bool Read() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override bool NextResult() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override Task<bool> ReadAsync(CancellationToken cancellationToken) => connection.WithinAsync(() => driver.ReadAsync(cancellationToken));

    /// <inheritdoc/>
    public override Task<bool> NextResultAsync(CancellationToken cancellationToken) => connection.WithinAsync(() => driver.NextResultAsync(cancellationToken));

    /// <inheritdoc/>
    public override Task CloseAsync() => connection.WithinAsync(() => driver.CloseAsync());

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (!connection.IsSilent)
        {
            await connection.WithinAsync(() => driver.DisposeAsync().AsTask());
        }

        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    public override bool GetBoolean(int ordinal) => driver.GetBoolean(ordinal);

    /// <inheritdoc/>
    public override byte GetByte(int ordinal) => driver.GetByte(ordinal);

    /// <inheritdoc/>
    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) => driver.GetBytes(ordinal, dataOffset, buffer, bufferOffset, length);

    /// <inheritdoc/>
    public override char GetChar(int ordinal) => driver.GetChar(ordinal);

    /// <inheritdoc/>
    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) => driver.GetChars(ordinal, dataOffset, buffer, bufferOffset, length);

    /// <inheritdoc/>
    public override string GetDataTypeName(int ordinal) => driver.GetDataTypeName(ordinal);

    /// <inheritdoc/>
    public override DateTime GetDateTime(int ordinal) => driver.GetDateTime(ordinal);

    /// <inheritdoc/>
    public override decimal GetDecimal(int ordinal) => driver.GetDecimal(ordinal);

    /// <inheritdoc/>
    public override double GetDouble(int ordinal) => driver.GetDouble(ordinal);

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override Type GetFieldType(int ordinal) => driver.GetFieldType(ordinal);

    /// <inheritdoc/>
    public override T GetFieldValue<T>(int ordinal) => driver.GetFieldValue<T>(ordinal);

    /// <inheritdoc/>
    public override float GetFloat(int ordinal) => driver.GetFloat(ordinal);

    /// <inheritdoc/>
    public override Guid GetGuid(int ordinal) => driver.GetGuid(ordinal);

    /// <inheritdoc/>
    public override short GetInt16(int ordinal) => driver.GetInt16(ordinal);

    /// <inheritdoc/>
    public override int GetInt32(int ordinal) => driver.GetInt32(ordinal);

    /// <inheritdoc/>
    public override long GetInt64(int ordinal) => driver.GetInt64(ordinal);

    /// <inheritdoc/>
    public override string GetName(int ordinal) => driver.GetName(ordinal);

    /// <inheritdoc/>
    public override int GetOrdinal(string name) => driver.GetOrdinal(name);

    /// <inheritdoc/>
    public override string GetString(int ordinal) => driver.GetString(ordinal);

    /// <inheritdoc/>
    public override object GetValue(int ordinal) => driver.GetValue(ordinal);

    /// <inheritdoc/>
    public override int GetValues(object[] values) => driver.GetValues(values);

    /// <inheritdoc/>
    public override bool IsDBNull(int ordinal) => driver.IsDBNull(ordinal);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // The driver would wait for the rows that were not read.
        if (disposing && !connection.IsSilent)
        {
            driver.Dispose();
        }

        base.Dispose(disposing);
    }
}
