using System.Data.Common;
using Microsoft.Extensions.Options;
using Seckill.Core.Diagnostics;
using Seckill.Core.Orders;

namespace Seckill.Core.Payments;

/// <summary>Takes one payment one step on. Each step is persisted before anything outside is asked, and may be repeated at any line: the gateway knows a charge by its payment id.</summary>
/// <remarks>Thread-safe. What a crash leaves behind and who finishes it: docs/payments.md.</remarks>
internal sealed class PaymentSaga(
    PaymentStore payments, OrderStore orders, GuardedGateway gateway, FaultPoints faults, IOptions<PaymentOptions> options, TimeProvider time)
{
    private readonly PaymentOptions _options = options.Value;

    /// <summary>Takes the step that the payment's state asks for.</summary>
    /// <exception cref="DbException">The database is away: the step is due again when its lease has run out.</exception>
    /// <exception cref="GatewayUnavailableException">The gateway gave no answer; the next attempt has been put off.</exception>
    public Task StepAsync(Payment payment, CancellationToken stop) => payment.State switch
    {
        PaymentState.Created => AuthorizeAsync(payment, stop),
        PaymentState.Authorizing => AskForChargeAsync(payment, isKnown: true, stop),
        PaymentState.Captured => SettleAsync(payment, stop),
        PaymentState.Refunding => RefundAsync(payment, stop),
        _ => Task.CompletedTask,
    };

    private async Task AuthorizeAsync(Payment payment, CancellationToken stop)
    {
        // Whoever is too late already is spared the charge. The order may still be cancelled a moment after; then the money goes back.
        if (await orders.FindAsync(payment.Order, stop) is not { Status: OrderStatus.PendingPayment, PayBy: { } payBy } || payBy <= time.GetUtcNow())
        {
            await payments.TryMoveAsync(payment, PaymentState.Failed, PaymentReason.NotPayable, next: null, stop);
            return;
        }

        // Persisted before the gateway hears of it: from here on somebody asks what became of the charge, whoever dies.
        if (await payments.TryMoveAsync(payment, PaymentState.Authorizing, reason: null, time.GetUtcNow() + _options.StepLease, stop))
        {
            await faults.ReachAsync(FaultPoint.AfterAuthorizeBeforeCharge);
            await AskForChargeAsync(payment with { State = PaymentState.Authorizing, Attempts = 0 }, isKnown: false, stop);
        }
    }

    private async Task AskForChargeAsync(Payment payment, bool isKnown, CancellationToken stop)
    {
        try
        {
            GatewayReport? report = isKnown ? await gateway.FindAsync(payment.Id, stop) : null;
            if (report is not null && await payments.TakeReportAsync(report, eventId: null, stop) == ReportVerdict.Taken)
            {
                return;
            }

            if (payment.CreatedAt + _options.GiveUpAfter < time.GetUtcNow())
            {
                await payments.TryMoveAsync(payment, PaymentState.Failed, PaymentReason.GatewaySilent, next: null, stop);
                return;
            }

            if (report is null)
            {
                await gateway.ChargeAsync(new GatewayCharge(payment.Id, payment.Order, payment.User, payment.Amount, payment.SandboxWishes), stop);
                await faults.ReachAsync(FaultPoint.AfterChargeBeforeNote);
            }
        }
        finally
        {
            // Also when the gateway did not answer. A callback that came meanwhile has moved the payment on, and then this changes nothing.
            await payments.PutOffAsync(payment, time.GetUtcNow() + PollPause(payment.Attempts), stop);
        }
    }

    private async Task SettleAsync(Payment payment, CancellationToken stop)
    {
        await faults.ReachAsync(FaultPoint.AfterCaptureBeforeConfirm);
        await payments.SettleAsync(payment.Id, () => faults.ReachAsync(FaultPoint.AfterPaidBeforeCommit), stop);
    }

    private async Task RefundAsync(Payment payment, CancellationToken stop)
    {
        try
        {
            GatewayReport? report = await gateway.FindAsync(payment.Id, stop);
            if (report is not null && await payments.TakeReportAsync(report, eventId: null, stop) == ReportVerdict.Taken)
            {
                return;
            }

            if (report is { State: GatewayState.Captured })
            {
                await gateway.RefundAsync(payment.Id, stop);
                await faults.ReachAsync(FaultPoint.AfterRefundBeforeNote);
            }
        }
        finally
        {
            await payments.PutOffAsync(payment, time.GetUtcNow() + PollPause(payment.Attempts), stop);
        }
    }

    private TimeSpan PollPause(int attempts)
    {
        double pause = _options.FirstPollPause.TotalMilliseconds * Math.Pow(2, Math.Min(attempts, 30));
        return TimeSpan.FromMilliseconds(Math.Min(pause, _options.MaxPollPause.TotalMilliseconds) * (0.8 + (0.4 * Random.Shared.NextDouble())));
    }
}
