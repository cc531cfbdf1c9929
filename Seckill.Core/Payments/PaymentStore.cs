using System.Data;
using System.Data.Common;
using Dapper;
using Seckill.Core.Database;
using Seckill.Core.Ids;
using Seckill.Core.Orders;

namespace Seckill.Core.Payments;

/// <summary>Table <c>payments</c>: attempts to pay, and every change of one. Thread-safe.</summary>
/// <remarks>
/// Locks are taken in one order everywhere: payment row, order row, guard row. Every change asks for the state it leaves, so two workers, a callback and a poll may
/// meet at one payment and the first one wins. Every method throws <see cref="DbException"/> when the database is away or refuses.
/// </remarks>
public sealed class PaymentStore(SeckillDatabase database, TimeProvider time)
{
    /// <summary>Most attempts to pay one order; a declined card may be tried again, a loop may not.</summary>
    public const int MaxPerOrder = 20;

    /// <summary>Begins a payment, once per user and key.</summary>
    /// <param name="id">The new payment's, with the user's shard.</param>
    /// <param name="order">An order of the user's.</param>
    /// <param name="key">The buyer's idempotency key, 1 to 64 visible ASCII characters.</param>
    /// <param name="sandboxWishes">See <see cref="Payment.SandboxWishes"/>.</param>
    /// <param name="stop">Gives up; repeat with the same key.</param>
    /// <returns>What came of it, and the payment that answers it: the new one, the repeated one, or null.</returns>
    public async Task<(PaymentStart Start, Payment? Payment)> BeginAsync(
        PaymentId id, Order order, string key, string? sandboxWishes, CancellationToken stop = default)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        long attempts = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT COUNT(*) FROM payments WHERE order_id = @order", new { order = order.Id.Value }, cancellationToken: stop));
        if (attempts < MaxPerOrder)
        {
            // The two unique keys decide: one payment per user and key, one active payment per order. A clash of either leaves the table as it is.
            await connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO payments (payment_id, order_id, user_id, amount, state, active, idempotency_key, sandbox, next_attempt_at, created_at, updated_at)
                VALUES (@id, @order, @user, @amount, 'created', 1, @key, @sandboxWishes, @now, @now, @now) ON DUPLICATE KEY UPDATE payment_id = payment_id
                """,
                new { id = id.Value, order = order.Id.Value, user = order.User.Value, amount = order.Price, key, sandboxWishes, now = time.GetUtcNow().UtcDateTime },
                cancellationToken: stop));
        }

        Payment? stands = await FindByKeyAsync(connection, order.User, key, stop);
        return stands is null
            ? (attempts < MaxPerOrder ? PaymentStart.InProgress : PaymentStart.TooMany, null)
            : stands.Id == id ? (PaymentStart.Started, stands)
            : stands.Order == order.Id ? (PaymentStart.Repeated, stands) : (PaymentStart.KeyUsedElsewhere, null);
    }

    /// <summary>The payment that a user began under a key; null when there is none.</summary>
    public async Task<Payment?> FindByKeyAsync(UserId user, string key, CancellationToken stop = default)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        return await FindByKeyAsync(connection, user, key, stop);
    }

    /// <summary>A payment; null when there is none.</summary>
    public async Task<Payment?> FindAsync(PaymentId payment, CancellationToken stop = default)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        return (await connection.QuerySingleOrDefaultAsync<PaymentRow>(new CommandDefinition(
            $"SELECT {PaymentRow.Columns} FROM payments WHERE payment_id = @id", new { id = payment.Value }, cancellationToken: stop)))?.ToPayment();
    }

    /// <summary>The attempts to pay an order, newest first; at most <see cref="MaxPerOrder"/>.</summary>
    public async Task<IReadOnlyList<Payment>> ListAsync(OrderId order, CancellationToken stop = default)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        IEnumerable<PaymentRow> rows = await connection.QueryAsync<PaymentRow>(new CommandDefinition(
            $"SELECT {PaymentRow.Columns} FROM payments WHERE order_id = @id ORDER BY payment_id DESC LIMIT {MaxPerOrder}", new { id = order.Value }, cancellationToken: stop));
        return [.. rows.Select(row => row.ToPayment())];
    }

    /// <summary>Takes payments whose next step is due, and puts that step off by <paramref name="lease"/>: a worker that dies with them is followed by another.</summary>
    public async Task<IReadOnlyList<Payment>> TakeDueAsync(int max, TimeSpan lease, CancellationToken stop)
    {
        DateTimeOffset now = time.GetUtcNow();
        await using DbConnection connection = await database.OpenAsync(stop);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop);
        Payment[] due = [.. (await connection.QueryAsync<PaymentRow>(new CommandDefinition(
            $"SELECT {PaymentRow.Columns} FROM payments WHERE next_attempt_at <= @now ORDER BY next_attempt_at LIMIT {max} FOR UPDATE SKIP LOCKED",
            new { now = now.UtcDateTime }, transaction, cancellationToken: stop))).Select(row => row.ToPayment())];
        if (due.Length > 0)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                $"UPDATE payments SET next_attempt_at = @until WHERE payment_id IN ({string.Join(',', due.Select(payment => payment.Id.Value))})",
                new { until = (now + lease).UtcDateTime }, transaction, cancellationToken: stop));
        }

        await transaction.CommitAsync(stop);
        return due;
    }

    /// <summary>Moves a payment on by the saga's own decision; false when it stands elsewhere by now.</summary>
    /// <param name="payment">The payment, in the state it is to leave.</param>
    /// <param name="to">The state it gets.</param>
    /// <param name="reason">Why, or null.</param>
    /// <param name="next">When the saga looks at it again; null in a final state.</param>
    /// <param name="stop">Gives up.</param>
    internal async Task<bool> TryMoveAsync(Payment payment, PaymentState to, string? reason, DateTimeOffset? next, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        return await MoveAsync(connection, transaction: null, payment, to, reason, payment.GatewayReference, next, stop);
    }

    /// <summary>Puts the next step off, if the payment still stands where it stood.</summary>
    internal async Task PutOffAsync(Payment payment, DateTimeOffset next, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE payments SET attempts = attempts + 1, next_attempt_at = @next WHERE payment_id = @id AND state = @state",
            new { id = payment.Id.Value, state = payment.State.ToText(), next = next.UtcDateTime }, cancellationToken: stop));
    }

    /// <summary>
    /// Settles a captured payment against its order, in one transaction: the order is paid and the payment confirmed, or the order had gone on and the payment is to be
    /// refunded. Whether the deadline or the payment came first is decided by the order's row alone.
    /// </summary>
    internal async Task SettleAsync(PaymentId id, Func<Task> beforeCommit, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop);
        if (await LockAsync(transaction, id, stop) is not { State: PaymentState.Captured } payment)
        {
            return;
        }

        DateTimeOffset now = time.GetUtcNow();
        IReadOnlyList<Order> paid = await OrderTransitions.ApplyAsync(
            transaction, OrderTables.Of(payment.Order), [payment.Order], OrderStatus.PendingPayment, OrderStatus.Paid, reason: null, now, dueBy: null, stop);
        (PaymentState to, string? reason, DateTimeOffset? next) = paid.Count == 1
            ? (PaymentState.Confirmed, (string?)null, (DateTimeOffset?)null)
            : (PaymentState.Refunding, PaymentReason.Late, now);
        await MoveAsync(connection, transaction, payment, to, reason, payment.GatewayReference, next, stop);
        await beforeCommit();
        await transaction.CommitAsync(stop);
    }

    /// <summary>Takes a word of the gateway, whichever way it came. A refund that is done moves the order on in the same transaction.</summary>
    /// <param name="report">What the gateway says.</param>
    /// <param name="eventId">The callback's event, to be taken once; null when the gateway was asked.</param>
    /// <param name="stop">Gives up.</param>
    internal async Task<ReportVerdict> TakeReportAsync(GatewayReport report, string? eventId, CancellationToken stop)
    {
        DateTimeOffset now = time.GetUtcNow();
        await using DbConnection connection = await database.OpenAsync(stop);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop);
        if (await LockAsync(transaction, report.Payment, stop) is not { } payment)
        {
            return ReportVerdict.UnknownPayment;
        }

        if (report.Amount != payment.Amount)
        {
            return ReportVerdict.AmountMismatch;
        }

        if (eventId is not null && !await RememberAsync(transaction, eventId, payment.Id, now, stop))
        {
            return ReportVerdict.Replayed;
        }

        PaymentState? to = PaymentLifecycle.After(payment.State, report.State);
        if (to is { } state)
        {
            if (state == PaymentState.Refunded)
            {
                // Changes nothing where the order was paid by another attempt: then only this payment went back.
                await OrderTransitions.ApplyAsync(
                    transaction, OrderTables.Of(payment.Order), [payment.Order], OrderStatus.Cancelled, OrderStatus.Refunded, OrderCancellation.LatePayment, now, dueBy: null, stop);
            }

            string? reason = state == PaymentState.Declined ? report.Reason : state == PaymentState.Refunding ? PaymentReason.Late : payment.Reason;
            await MoveAsync(connection, transaction, payment, state, reason, report.Reference, state.IsFinal() ? null : now, stop);
        }

        await transaction.CommitAsync(stop);
        return to is null ? ReportVerdict.NothingNew : ReportVerdict.Taken;
    }

    /// <summary>Forgets callbacks that are older than any that would still be believed.</summary>
    /// <returns>How many; at most <paramref name="max"/>.</returns>
    internal async Task<int> ForgetEventsAsync(DateTimeOffset olderThan, int max, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        return await connection.ExecuteAsync(new CommandDefinition(
            $"DELETE FROM payment_events WHERE received_at < @olderThan ORDER BY received_at LIMIT {max}", new { olderThan = olderThan.UtcDateTime }, cancellationToken: stop));
    }

    /// <summary>How long the payment that has waited longest for its step is overdue; zero when none is.</summary>
    internal async Task<TimeSpan> MeasureAsync(CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        DateTime? oldest = await connection.ExecuteScalarAsync<DateTime?>(new CommandDefinition("SELECT MIN(next_attempt_at) FROM payments", cancellationToken: stop));
        TimeSpan late = oldest is { } at ? time.GetUtcNow().UtcDateTime - at : TimeSpan.Zero;
        return late > TimeSpan.Zero ? late : TimeSpan.Zero;
    }

    private static async Task<Payment?> FindByKeyAsync(DbConnection connection, UserId user, string key, CancellationToken stop) =>
        (await connection.QuerySingleOrDefaultAsync<PaymentRow>(new CommandDefinition(
            $"SELECT {PaymentRow.Columns} FROM payments WHERE user_id = @user AND idempotency_key = @key", new { user = user.Value, key }, cancellationToken: stop)))?.ToPayment();

    private static async Task<Payment?> LockAsync(DbTransaction transaction, PaymentId payment, CancellationToken stop) =>
        (await transaction.Connection!.QuerySingleOrDefaultAsync<PaymentRow>(new CommandDefinition(
            $"SELECT {PaymentRow.Columns} FROM payments WHERE payment_id = @id FOR UPDATE", new { id = payment.Value }, transaction, cancellationToken: stop)))?.ToPayment();

    // The payment's row is locked, so that two deliveries of one event take turns here; an event id that another payment used is as spent.
    private static async Task<bool> RememberAsync(DbTransaction transaction, string eventId, PaymentId payment, DateTimeOffset now, CancellationToken stop)
    {
        try
        {
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                "INSERT INTO payment_events (event_id, payment_id, received_at) VALUES (@eventId, @payment, @now)",
                new { eventId, payment = payment.Value, now = now.UtcDateTime }, transaction, cancellationToken: stop));
            return true;
        }
        catch (DbException duplicate) when (MySqlErrors.IsDuplicateKey(duplicate))
        {
            return false;
        }
    }

    private async Task<bool> MoveAsync(
        DbConnection connection, DbTransaction? transaction, Payment payment, PaymentState to, string? reason, string? reference, DateTimeOffset? next, CancellationToken stop)
    {
        if (!payment.State.CanBecome(to))
        {
            throw new ArgumentException($"A payment cannot go from {payment.State.ToText()} to {to.ToText()}.", nameof(to));
        }

        // An attempt that is over makes room for another, for good: a capture that comes after all is refunded beside it.
        string active = to.IsOver() ? ", active = NULL" : string.Empty;
        int moved = await connection.ExecuteAsync(new CommandDefinition(
            $"""
            UPDATE payments SET state = @to, reason = @reason, gateway_ref = @reference, attempts = 0, next_attempt_at = @next, updated_at = @now{active}
            WHERE payment_id = @id AND state = @from
            """,
            new
            {
                id = payment.Id.Value,
                from = payment.State.ToText(),
                to = to.ToText(),
                reason,
                reference,
                next = next?.UtcDateTime,
                now = time.GetUtcNow().UtcDateTime,
            },
            transaction, cancellationToken: stop));
        if (moved == 1)
        {
            PaymentMetrics.Moved.Add(1, new KeyValuePair<string, object?>("state", to.ToText()));
        }

        return moved == 1;
    }
}
