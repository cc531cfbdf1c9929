using System.Data.Common;
using System.Globalization;
using System.Text;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;

namespace Seckill.Core.Orders;

/// <summary>Builds the multi-row insert of one intake batch.</summary>
internal static class OrderInsert
{
    private const string Head =
        " (order_id, sale_id, sku_id, user_id, slot, price, status, reason, epoch, bucket, pay_by, intake_id, reserved_at, created_at, updated_at) VALUES ";

    /// <summary>One row to insert.</summary>
    /// <param name="Reservation">The reservation.</param>
    /// <param name="Price">Its price.</param>
    /// <param name="Failure">Null for an order pending payment; else why it failed, and the row holds no slot.</param>
    internal readonly record struct Row(ReservationMessage Reservation, decimal Price, string? Failure);

    /// <summary>Inserts the rows that stand neither under their order id nor in their slot; the others are left as they are, silently: the caller reads back.</summary>
    public static async Task RunAsync(
        DbTransaction transaction, int table, IReadOnlyList<Row> rows, byte[] intakeId, DateTimeOffset now, DateTimeOffset payBy, CancellationToken stop)
    {
        await using DbCommand command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        StringBuilder sql = new StringBuilder("INSERT INTO ", rows.Count * 240).Append(OrderTables.Name(table)).Append(Head);
        string tail = $",{Literal(intakeId)},", born = $",{Literal(now)},{Literal(now)})";
        string deadline = Literal(payBy), pending = OrderStatus.PendingPayment.ToText(), failed = OrderStatus.Failed.ToText();
        for (int i = 0; i < rows.Count; i++)
        {
            (ReservationMessage reservation, decimal price, string? failure) = rows[i];
            sql.Append(i == 0 ? "(" : ",(").Append(reservation.OrderId.Value).Append(',').Append(reservation.SaleId.Value).Append(',');
            AppendId(sql, command, $"@k{i}", reservation.SkuId.Value);
            sql.Append(',');
            AppendId(sql, command, $"@u{i}", reservation.UserId.Value);
            _ = failure is null
                ? sql.Append(',').Append(reservation.Slot).Append(',').Append(CultureInfo.InvariantCulture, $"{price}").Append(",'").Append(pending).Append("',NULL,")
                : sql.Append(",NULL,").Append(CultureInfo.InvariantCulture, $"{price}").Append(",'").Append(failed).Append("','").Append(failure).Append("',");
            sql.Append(reservation.Epoch).Append(',').Append(reservation.Bucket).Append(',').Append(failure is null ? deadline : "NULL")
                .Append(tail).Append(Literal(reservation.ReservedAt)).Append(born);
        }

        command.CommandText = sql.Append(" ON DUPLICATE KEY UPDATE order_id = order_id").ToString();
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>A time as an SQL literal, to the millisecond that the columns keep.</summary>
    private static string Literal(DateTimeOffset time) => string.Create(CultureInfo.InvariantCulture, $"'{time.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}'");

    /// <summary>Bytes as an SQL literal.</summary>
    internal static string Literal(byte[] bytes) => $"X'{Convert.ToHexString(bytes)}'";

    /// <remarks>
    /// The driver spends more on five parameters a row than the server does on the row. What we make ourselves (numbers, times, our own constants) goes in as it is, and so does an id
    /// of our alphabet, which has nothing to escape; any other text is a parameter.
    /// </remarks>
    private static void AppendId(StringBuilder sql, DbCommand command, string name, string value)
    {
        if (IdText.IsValid(value))
        {
            sql.Append('\'').Append(value).Append('\'');
            return;
        }

        sql.Append(name);
        Add(command, name, value);
    }

    private static void Add(DbCommand command, string name, object value)
    {
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
