using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Diagnostics;
using Seckill.Core.Orders;
using Seckill.Core.Payments;
using Seckill.Integration.Orders;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Payments;

/// <summary>The saga over real MySQL and the sandbox gateway. Callbacks lead nowhere here, so every answer is one that was asked for; signed ones are tested end to end.</summary>
public sealed class PaymentSagaTests
{
    [Fact]
    public async Task CallbackLost_TheGatewayIsAsked_TheOrderIsPaidAndTheBuyerToldOnce()
    {
        await using Till till = await Till.StartAsync(5);
        Order order = await till.SellOneAsync("payer");
        await till.StartSagaAsync();
        await till.StartOutboxAsync();

        Payment payment = (await till.BeginAsync(order, "k1")).Payment.ShouldNotBeNull();

        await till.BecomesAsync(payment, PaymentState.Confirmed);
        (await till.StatusAsync(order)).ShouldBe(OrderStatus.Paid);
        await till.OutboxEmptiesAsync();
        (await till.Pipeline.MailboxAsync(order.User)).ShouldHaveSingleItem().ShouldContain("order.paid");
        (await till.LeftAsync()).ShouldBe(4);
        (await till.BeginAsync(order, "k1")).Start.ShouldBe(PaymentStart.Repeated);
        (await till.BeginAsync(order, "k2")).Start.ShouldBe(PaymentStart.InProgress, "a paid order is not paid again");
    }

    [Fact]
    public async Task Declined_TheOrderStillAwaits_AndAnotherCardPays()
    {
        await using Till till = await Till.StartAsync(5);
        Order order = await till.SellOneAsync("payer");
        await till.StartSagaAsync();

        Payment first = (await till.BeginAsync(order, "k1", """{"outcome":"declined"}""")).Payment.ShouldNotBeNull();
        await till.BecomesAsync(first, PaymentState.Declined);
        (await till.StatusAsync(order)).ShouldBe(OrderStatus.PendingPayment);
        Payment second = (await till.BeginAsync(order, "k2")).Payment.ShouldNotBeNull();

        await till.BecomesAsync(second, PaymentState.Confirmed);
        (await till.Payments.ListAsync(order.Id)).Select(one => one.Id).ShouldBe([second.Id, first.Id]);
        (await till.Payments.FindAsync(first.Id)).ShouldNotBeNull().Reason.ShouldBe("card-declined");
    }

    [Fact]
    public async Task CapturedAfterTheCancel_RefundedOnce_AndTheBuyerIsTold()
    {
        await using Till till = await Till.StartAsync(5);
        Order order = await till.SellOneAsync("late");
        Payment payment = (await till.BeginAsync(order, "k1", """{"latencyMs":1500}""")).Payment.ShouldNotBeNull();
        await till.StartSagaAsync();
        await till.StartOutboxAsync();
        await till.BecomesAsync(payment, PaymentState.Authorizing);

        await till.LetTimePassAsync();
        (await till.Unpaid.CancelAsync([order.Id])).ShouldBe(1);

        await till.BecomesAsync(payment, PaymentState.Refunded);
        (await till.StatusAsync(order)).ShouldBe(OrderStatus.Refunded);
        await till.OutboxEmptiesAsync();
        (await till.Pipeline.MailboxAsync(order.User)).Count.ShouldBe(2);
        (await till.Pipeline.MailboxAsync(order.User)).ShouldContain(message => message.Contains("order.cancelled"));
        (await till.Pipeline.MailboxAsync(order.User)).ShouldContain(message => message.Contains("order.refunded"));
        (await till.LeftAsync()).ShouldBe(5, "the unit went back once");
        (await till.Pipeline.SoldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task TimeIsUpBeforeTheGatewayWasAsked_NothingIsCharged()
    {
        await using Till till = await Till.StartAsync(5);
        Order order = await till.SellOneAsync("slow");
        Payment payment = (await till.BeginAsync(order, "k1")).Payment.ShouldNotBeNull();
        await till.LetTimePassAsync();

        await till.StartSagaAsync();

        await till.BecomesAsync(payment, PaymentState.Failed);
        (await till.Pipeline.ScalarAsync<long>("SELECT COUNT(*) FROM sandbox_charges")).ShouldBe(0);
    }

    /// <summary>A worker that stops for ever in the middle of a step, as one that was killed does: another takes the step up when the lease has run out.</summary>
    [Theory]
    [InlineData(FaultPoint.AfterAuthorizeBeforeCharge)]
    [InlineData(FaultPoint.AfterChargeBeforeNote)]
    [InlineData(FaultPoint.AfterCaptureBeforeConfirm)]
    public async Task WorkerGoneInTheMiddleOfAStep_AnotherFinishes_OneCharge(FaultPoint point)
    {
        await using Till till = await Till.StartAsync(5);
        Order order = await till.SellOneAsync("payer");
        IHost first = await till.StartSagaAsync();
        FaultPoints faults = first.Services.GetRequiredService<FaultPoints>();
        faults.Arm(point, () => Task.Delay(Timeout.Infinite));

        Payment payment = (await till.BeginAsync(order, "k1")).Payment.ShouldNotBeNull();
        await Pipeline.EventuallyAsync(() => Task.FromResult(faults.Fired(point) > 0), $"{point}");
        await till.StartSagaAsync();

        await till.BecomesAsync(payment, PaymentState.Confirmed);
        (await till.StatusAsync(order)).ShouldBe(OrderStatus.Paid);
        (await till.Pipeline.ScalarAsync<long>("SELECT COUNT(*) FROM sandbox_charges WHERE state = 'captured'")).ShouldBe(1);
    }

    [Fact]
    public async Task TransactionCutOff_OrderAndPaymentChangeTogetherOrNotAtAll()
    {
        await using Till till = await Till.StartAsync(5);
        Payment payment = await till.CapturedAsync(await till.SellOneAsync("payer"));

        await Should.ThrowAsync<InvalidOperationException>(() => till.Payments.SettleAsync(payment.Id, () => throw new InvalidOperationException("crash"), CancellationToken.None));

        (await till.StateAsync(payment)).ShouldBe(PaymentState.Captured);
        (await till.Pipeline.CountAsync("status = 'paid'")).ShouldBe(0);
        (await till.Pipeline.ScalarAsync<long>("SELECT COUNT(*) FROM order_outbox")).ShouldBe(0);
        await till.SettleAsync(payment);
        (await till.StateAsync(payment)).ShouldBe(PaymentState.Confirmed);
    }

    [Fact]
    public async Task GatewaySilentForTooLong_GivenUp_AndALateCaptureGoesBack()
    {
        await using Till till = await Till.StartAsync(5);
        Order order = await till.SellOneAsync("payer");
        Payment payment = await till.AuthorizingAsync(order);
        await till.Pipeline.ExecuteAsync("UPDATE payments SET created_at = '2026-01-01', next_attempt_at = '2026-01-01'");

        await till.StartSagaAsync();
        await till.BecomesAsync(payment, PaymentState.Failed);
        await till.Pipeline.ExecuteAsync(
            "INSERT INTO sandbox_charges (payment_id, reference, amount, state, declines, latency_ms, copies) VALUES (@id, 'r', @amount, 'captured', 0, 0, 0)",
            new { id = payment.Id.Value, amount = payment.Amount });
        (await till.Payments.TakeReportAsync(new GatewayReport(payment.Id, GatewayState.Captured, payment.Amount, "r", null), "late", CancellationToken.None))
            .ShouldBe(ReportVerdict.Taken);

        await till.BecomesAsync(payment, PaymentState.Refunded);
        (await till.StatusAsync(order)).ShouldBe(OrderStatus.PendingPayment, "the order can still be paid by another payment");
        (await till.BeginAsync(order, "again")).Start.ShouldBe(PaymentStart.Started);
    }
}
