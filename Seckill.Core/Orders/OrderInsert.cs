using System.Buffers;
using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Dapper;
using Seckill.Core.Messaging;
using Seckill.Core.Orders.Timeline;

namespace Seckill.Core.Orders;

/// <summary>Inserts the rows of one intake batch in one statement.</summary>
/// <remarks>
/// The rows travel as one JSON text and the server takes them apart. As values they would be thirty tokens each, which the driver looks at one by one: that was a third of a Worker's
/// time for an order, while the server needs the same for either.
/// </remarks>
internal static class OrderInsert
{
    private static readonly string[] Statements = [.. Enumerable.Range(0, OrderTables.Count).Select(table => Statement(OrderTables.Name(table)))];

    /// <summary>One row to insert.</summary>
    /// <param name="Reservation">The reservation.</param>
    /// <param name="Price">Its price.</param>
    /// <param name="Failure">Null for an order pending payment; else why it failed, and the row holds no slot.</param>
    internal readonly record struct Row(ReservationMessage Reservation, decimal Price, string? Failure);

    /// <summary>Inserts the rows that stand neither under their order id nor in their slot; the others are left as they are, silently: the caller reads back.</summary>
    public static Task RunAsync(
        DbTransaction transaction, int table, IReadOnlyList<Row> rows, byte[] intakeId, DateTimeOffset now, DateTimeOffset payBy, CancellationToken stop) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            Statements[table], new { rows = Json(rows), intakeId, now = Text(now), payBy = Text(payBy) }, transaction, cancellationToken: stop));

    private static string Statement(string table) =>
        $"""
        INSERT INTO {table} (order_id, sale_id, sku_id, user_id, slot, price, status, reason, epoch, bucket, pay_by, intake_id, reserved_at, created_at, updated_at, steps)
        SELECT r.order_id, r.sale_id, r.sku_id, r.user_id, r.slot, r.price, IF(r.reason IS NULL, '{OrderStatus.PendingPayment.ToText()}', '{OrderStatus.Failed.ToText()}'), r.reason,
               r.epoch, r.bucket, IF(r.reason IS NULL, @payBy, NULL), @intakeId, r.reserved_at, @now, @now, r.steps
        FROM JSON_TABLE(@rows, '$[*]' COLUMNS (
          order_id BIGINT PATH '$[0]', sale_id BIGINT PATH '$[1]', sku_id VARCHAR(64) PATH '$[2]', user_id VARCHAR(64) PATH '$[3]', slot INT PATH '$[4]', price DECIMAL(12, 2) PATH '$[5]',
          reason VARCHAR(64) PATH '$[6]', epoch BIGINT PATH '$[7]', bucket INT PATH '$[8]', reserved_at DATETIME(3) PATH '$[9]', steps VARCHAR(96) PATH '$[10]')) AS r
        ON DUPLICATE KEY UPDATE order_id = {table}.order_id
        """;

    private static string Json(IReadOnlyList<Row> rows)
    {
        ArrayBufferWriter<byte> buffer = new(rows.Count * 128);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartArray();
            foreach ((ReservationMessage reservation, decimal price, string? failure) in rows)
            {
                json.WriteStartArray();
                json.WriteNumberValue(reservation.OrderId.Value);
                json.WriteNumberValue(reservation.SaleId.Value);
                json.WriteStringValue(reservation.SkuId.Value);
                json.WriteStringValue(reservation.UserId.Value);
                if (failure is null)
                {
                    json.WriteNumberValue(reservation.Slot);
                }
                else
                {
                    json.WriteNullValue();
                }

                // As text, lest it become a binary fraction on the way.
                json.WriteStringValue(price.ToString(CultureInfo.InvariantCulture));
                json.WriteStringValue(failure);
                json.WriteNumberValue(reservation.Epoch);
                json.WriteNumberValue(reservation.Bucket);
                json.WriteStringValue(Text(reservation.ReservedAt));
                json.WriteStringValue(StoredSteps.Format(reservation.Trail));
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A time as MySQL writes it, to the millisecond that the columns keep.</summary>
    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
