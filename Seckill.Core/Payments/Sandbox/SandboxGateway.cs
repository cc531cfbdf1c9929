using System.Data.Common;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Options;
using Seckill.Core.Database;
using Seckill.Core.Ids;

namespace Seckill.Core.Payments.Sandbox;

/// <summary>A gateway that moves no money: notes what it is asked in books of its own (<c>sandbox_charges</c>), and leaves deciding and calling back to <see cref="SandboxLoop"/>.</summary>
/// <remarks>The books are in the database because a real gateway does not forget a charge when our process dies, and any Worker must be able to ask. Thread-safe.</remarks>
internal sealed class SandboxGateway(SeckillDatabase database, IOptions<SandboxOptions> options, TimeProvider time) : IPaymentGateway
{
    private readonly SandboxOptions _options = options.Value;

    /// <inheritdoc/>
    public Task ChargeAsync(GatewayCharge charge, CancellationToken stop)
    {
        SandboxWishes wishes = charge.SandboxWishes is null ? new() : JsonSerializer.Deserialize(charge.SandboxWishes, PaymentJson.Default.SandboxWishes) ?? new();
        int latencyMs = wishes.LatencyMs ?? (int)_options.Latency.TotalMilliseconds;
        return AskAsync(
            connection => connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO sandbox_charges (payment_id, reference, amount, state, declines, latency_ms, copies, decide_at)
                VALUES (@id, @reference, @amount, 'charging', @declines, @latencyMs, @copies, @decideAt) ON DUPLICATE KEY UPDATE payment_id = payment_id
                """,
                new
                {
                    id = charge.Payment.Value,
                    reference = $"sandbox-{charge.Payment}",
                    amount = charge.Amount,
                    declines = (wishes.Outcome is null ? Happens(_options.DeclinedPercent) : wishes.Outcome == "declined") ? 1 : 0,
                    latencyMs,
                    copies = wishes.Callbacks ?? (Happens(_options.LostPercent) ? 0 : Happens(_options.DuplicatedPercent) ? 2 : 1),
                    decideAt = time.GetUtcNow().AddMilliseconds(latencyMs).UtcDateTime,
                },
                cancellationToken: stop)),
            stop);
    }

    /// <inheritdoc/>
    public Task RefundAsync(PaymentId payment, CancellationToken stop) => AskAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            "UPDATE sandbox_charges SET state = 'refunding', decide_at = @now, callback_at = NULL WHERE payment_id = @id AND state = 'captured'",
            new { id = payment.Value, now = time.GetUtcNow().UtcDateTime }, cancellationToken: stop)),
        stop);

    /// <inheritdoc/>
    public Task<GatewayReport?> FindAsync(PaymentId payment, CancellationToken stop) => AskAsync(
        async connection => (await connection.QuerySingleOrDefaultAsync<SandboxCharge>(new CommandDefinition(
            $"SELECT {SandboxCharge.Columns} FROM sandbox_charges WHERE payment_id = @id", new { id = payment.Value }, cancellationToken: stop)))?.ToReport(),
        stop);

    private static bool Happens(int percent) => Random.Shared.Next(100) < percent;

    private async Task<T> AskAsync<T>(Func<DbConnection, Task<T>> ask, CancellationToken stop)
    {
        try
        {
            await using DbConnection connection = await database.OpenAsync(stop);
            return await ask(connection);
        }
        catch (DbException away)
        {
            throw new GatewayUnavailableException("The sandbox gateway cannot reach its books.", away);
        }
    }
}
