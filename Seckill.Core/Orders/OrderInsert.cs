using System.Data.Common;
using System.Text;
using Seckill.Core.Messaging;

namespace Seckill.Core.Orders;

/// <summary>Builds the multi-row insert of one intake batch.</summary>
internal static class OrderInsert
{
    private const string Head =
        " (order_id, sale_id, sku_id, user_id, slot, price, status, reason, epoch, intake_id, reserved_at, created_at, updated_at) VALUES ";

    /// <summary>One row to insert.</summary>
    /// <param name="Reservation">The reservation.</param>
    /// <param name="Price">Its price.</param>
    /// <param name="Failure">Null for an order pending payment; else why it failed, and the row holds no slot.</param>
    internal readonly record struct Row(ReservationMessage Reservation, decimal Price, string? Failure);

    /// <summary>Inserts the rows that stand neither under their order id nor in their slot; the others are left as they are, silently: the caller reads back.</summary>
    public static async Task RunAsync(
        DbTransaction transaction, int table, IReadOnlyList<Row> rows, byte[] intakeId, DateTimeOffset now, CancellationToken stop)
    {
        await using DbCommand command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        StringBuilder sql = new StringBuilder("INSERT INTO ", rows.Count * 120).Append(OrderTables.Name(table)).Append(Head);
        Add(command, "@intake", intakeId);
        Add(command, "@now", now.UtcDateTime);
        for (int i = 0; i < rows.Count; i++)
        {
            (ReservationMessage reservation, decimal price, string? failure) = rows[i];
            // Numbers are put in as digits: half as many parameters make the statement twice as fast to build. Texts are always parameters.
            sql.Append(i == 0 ? "(" : ",(").Append(reservation.OrderId.Value).Append(',').Append(reservation.SaleId.Value)
                .Append(",@k").Append(i).Append(",@u").Append(i).Append(',');
            _ = failure is null ? sql.Append(reservation.Slot) : sql.Append("NULL");
            sql.Append(',').Append(price).Append(",@s").Append(i).Append(",@f").Append(i).Append(',').Append(reservation.Epoch)
                .Append(",@intake,@r").Append(i).Append(",@now,@now)");
            Add(command, $"@k{i}", reservation.SkuId.Value);
            Add(command, $"@u{i}", reservation.UserId.Value);
            Add(command, $"@s{i}", (failure is null ? OrderStatus.PendingPayment : OrderStatus.Failed).ToText());
            Add(command, $"@f{i}", (object?)failure ?? DBNull.Value);
            Add(command, $"@r{i}", reservation.ReservedAt.UtcDateTime);
        }

        command.CommandText = sql.Append(" ON DUPLICATE KEY UPDATE order_id = order_id").ToString();
        await command.ExecuteNonQueryAsync(stop);
    }

    private static void Add(DbCommand command, string name, object value)
    {
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
