using System.Data;
using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Orders.Timeline;
using Seckill.Core.Payments;

namespace Seckill.Core.Orders;

/// <summary>
/// Turns reservations into order rows, each exactly once, and never more active ones than there are units (I1). One transaction per call: insert, read back and match,
/// count against the guard, commit. Repeating a call with the same reservations changes nothing and answers the same. Thread-safe.
/// </summary>
/// <remarks>
/// Locks are always taken in one order: order rows by order id, then guard rows by sale and SKU, last and for the shortest time, since all tables share
/// them. READ COMMITTED spares the gap locks that make inserts of two workers deadlock.
/// </remarks>
internal sealed class OrderWriter(SeckillDatabase database, CommitLog commits, FaultPoints faults, IOptions<PaymentOptions> payments, TimeProvider time, ILogger<OrderWriter> log)
{
    private readonly ItemPrices _prices = new();
    private readonly TimeSpan _window = payments.Value.Window;

    /// <summary>Writes reservations of one table.</summary>
    /// <param name="table">Table of all of them, see <see cref="OrderTables"/>.</param>
    /// <param name="reservations">At most some hundreds; repetitions are allowed.</param>
    /// <param name="failure">Not null: the reservations are known to be lost, and become failed orders with this reason, one of <see cref="OrderFailure"/>.</param>
    /// <param name="stop">Gives up; the transaction is rolled back or its outcome unknown, either is mended by repeating.</param>
    /// <returns>One outcome per different order id and content.</returns>
    /// <exception cref="DbException">What <see cref="MySqlErrors.Classify"/> says of it: away or deadlocked, repeat the call; data, one of the reservations can never be written.</exception>
    public async Task<IReadOnlyList<IntakeOutcome>> WriteAsync(int table, IReadOnlyList<ReservationMessage> reservations, string? failure, CancellationToken stop)
    {
        (List<ReservationMessage> distinct, List<IntakeOutcome> outcomes) = Separate(reservations);
        byte[] intakeId = Guid.NewGuid().ToByteArray();
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset payBy = ToMilliseconds(now + _window);
        await using DbConnection connection = await database.OpenAsync(stop);
        List<OrderInsert.Row> rows = await PriceAsync(connection, distinct, failure, stop);
        if (rows.Count < distinct.Count)
        {
            HashSet<OrderId> priced = [.. rows.Select(row => row.Reservation.OrderId)];
            outcomes.AddRange(distinct.Where(one => !priced.Contains(one.OrderId)).Select(one =>
                new IntakeOutcome(one, IntakeVerdict.Deferred, 0, OrderFailure.UnknownItem, IsNew: false)));
            distinct.RemoveAll(one => !priced.Contains(one.OrderId));
        }

        if (rows.Count == 0)
        {
            return outcomes;
        }

        await using DbTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop);
        await OrderInsert.RunAsync(transaction, table, rows, intakeId, now, payBy, stop);
        Dictionary<long, StoredOrder>? stored = await InsertedAllAsync(transaction, table, distinct, intakeId, stop)
            ? null
            : await ReadBackAsync(transaction, table, distinct, stop);

        List<OrderInsert.Row> losers = [];
        Dictionary<OrderId, decimal> fresh = [];
        foreach (OrderInsert.Row row in rows)
        {
            StoredOrder? found = null;
            if (stored is not null && !stored.TryGetValue(row.Reservation.OrderId.Value, out found))
            {
                losers.Add(row with { Failure = OrderFailure.SlotTaken });
            }
            else if (found is not null && !found.Matches(row.Reservation))
            {
                outcomes.Add(Clash(row.Reservation));
            }
            else if (found is not null && !found.intake_id.AsSpan().SequenceEqual(intakeId) && !Planted.F3)
            {
                outcomes.Add(found.ToOutcome(row.Reservation));
            }
            else if (row.Failure is { } reason)
            {
                outcomes.Add(new IntakeOutcome(row.Reservation, IntakeVerdict.Failed, row.Price, reason, IsNew: true));
            }
            else
            {
                fresh.Add(row.Reservation.OrderId, row.Price);
            }
        }

        if (losers.Count > 0)
        {
            // Not inserted although their order id is free: only the unique slot can have stopped them, so somebody holds it. Their failure is a row as well.
            await OrderInsert.RunAsync(transaction, table, losers, intakeId, now, payBy, stop);
            outcomes.AddRange(losers.Select(row => new IntakeOutcome(row.Reservation, IntakeVerdict.Failed, row.Price, row.Failure, IsNew: true)));
        }

        IReadOnlyDictionary<OrderId, string> refused =
            await StockGuardCount.AddAsync(transaction, table, [.. distinct.Where(one => fresh.ContainsKey(one.OrderId))], now, stop);
        outcomes.AddRange(distinct.Where(one => fresh.ContainsKey(one.OrderId)).Select(one => refused.TryGetValue(one.OrderId, out string? why)
            ? new IntakeOutcome(one, why == OrderFailure.StaleEpoch ? IntakeVerdict.Stale : IntakeVerdict.Failed, fresh[one.OrderId], why, IsNew: true)
            : new IntakeOutcome(one, IntakeVerdict.Created, fresh[one.OrderId], Reason: null, IsNew: true, payBy)));
        await faults.ReachAsync(FaultPoint.AfterInsertBeforeCommit);
        await transaction.CommitAsync(stop);
        commits.Committed(intakeId);
        return outcomes;
    }

    // Two messages with one order id are one reservation delivered twice, unless they differ: then the later one has met the clash inside its own batch.
    private (List<ReservationMessage> Distinct, List<IntakeOutcome> Clashes) Separate(IReadOnlyList<ReservationMessage> reservations)
    {
        Dictionary<OrderId, ReservationMessage> byId = new(reservations.Count);
        List<IntakeOutcome> clashes = [];
        foreach (ReservationMessage one in reservations)
        {
            if (!byId.TryAdd(one.OrderId, one) && !Same(byId[one.OrderId], one))
            {
                clashes.Add(Clash(one));
            }
        }

        return ([.. byId.Values.OrderBy(one => one.OrderId.Value)], clashes);

        static bool Same(ReservationMessage a, ReservationMessage b) =>
            a.SaleId == b.SaleId && a.SkuId == b.SkuId && a.UserId == b.UserId && a.Slot == b.Slot;
    }

    // What the column keeps, so that everyone is told the same moment, now and after a redelivery.
    private static DateTimeOffset ToMilliseconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    private IntakeOutcome Clash(ReservationMessage reservation)
    {
        OrderMetrics.Clashes.Add(1);
        log.OrderIdClash(reservation.OrderId.ToString(), reservation.UserId.Value);
        return new IntakeOutcome(reservation, IntakeVerdict.Rejected, 0, OrderFailure.IdClash, IsNew: false);
    }

    /// <returns>A row for each reservation whose item the catalog knows; it may be too young to be seen yet, so the others are no failures.</returns>
    private async Task<List<OrderInsert.Row>> PriceAsync(DbConnection connection, List<ReservationMessage> reservations, string? failure, CancellationToken stop)
    {
        List<OrderInsert.Row> rows = new(reservations.Count);
        HashSet<(SaleId, SkuId)> unknown = [];
        foreach (ReservationMessage one in reservations)
        {
            if (unknown.Contains((one.SaleId, one.SkuId)))
            {
                continue;
            }

            if (await _prices.FindAsync(connection, one.SaleId, one.SkuId, stop) is { } price)
            {
                rows.Add(new OrderInsert.Row(one, price, failure));
            }
            else
            {
                unknown.Add((one.SaleId, one.SkuId));
            }
        }

        return rows;
    }

    /// <summary>Nearly always true: no redelivery, no clash. One count then spares reading every row back.</summary>
    private static async Task<bool> InsertedAllAsync(
        DbTransaction transaction, int table, List<ReservationMessage> reservations, byte[] intakeId, CancellationToken stop) =>
        await transaction.Connection!.ExecuteScalarAsync<long>(new CommandDefinition(
            $"SELECT COUNT(*) FROM {OrderTables.Name(table)} WHERE order_id IN ({Ids(reservations)}) AND intake_id = @intakeId",
            new { intakeId }, transaction, cancellationToken: stop)) == reservations.Count;

    private static string Ids(List<ReservationMessage> reservations) => string.Join(',', reservations.Select(one => one.OrderId.Value));

    /// <remarks>Every row, inserted or not: the insert passes over a clash of the primary key as silently as over a redelivery, and only the content tells which it was.</remarks>
    private static async Task<Dictionary<long, StoredOrder>> ReadBackAsync(
        DbTransaction transaction, int table, List<ReservationMessage> reservations, CancellationToken stop)
    {
        IEnumerable<StoredOrder> rows = await transaction.Connection!.QueryAsync<StoredOrder>(new CommandDefinition(
            $"SELECT order_id, sale_id, sku_id, user_id, slot, price, status, reason, pay_by, intake_id FROM {OrderTables.Name(table)} WHERE order_id IN ({Ids(reservations)})",
            transaction: transaction, cancellationToken: stop));
        return rows.ToDictionary(row => row.order_id);
    }
}
