using Seckill.Core.Payments;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Payments;

/// <summary>Goal: no order of the gateway's words, and no repetition of them, can lose money. Method: the pure function, over everything.</summary>
public sealed class PaymentLifecycleTests
{
    private static readonly PaymentState[] States = Enum.GetValues<PaymentState>();
    private static readonly GatewayState[] Reports = Enum.GetValues<GatewayState>();

    [Theory]
    [InlineData(PaymentState.Authorizing, GatewayState.Captured, PaymentState.Captured)]
    [InlineData(PaymentState.Authorizing, GatewayState.Declined, PaymentState.Declined)]
    [InlineData(PaymentState.Failed, GatewayState.Captured, PaymentState.Refunding)]
    [InlineData(PaymentState.Declined, GatewayState.Captured, PaymentState.Refunding)]
    [InlineData(PaymentState.Refunding, GatewayState.Refunded, PaymentState.Refunded)]
    public void NewsOfTheGateway_MovesThePaymentOn(PaymentState state, GatewayState report, PaymentState expected) =>
        PaymentLifecycle.After(state, report).ShouldBe(expected);

    [Fact]
    public void ARepeatedReport_ChangesNothing()
    {
        foreach ((PaymentState state, GatewayState report) in States.SelectMany(state => Reports, (state, report) => (state, report)))
        {
            if (PaymentLifecycle.After(state, report) is { } next)
            {
                PaymentLifecycle.After(next, report).ShouldBeNull($"{state} {report} {report}");
            }
        }
    }

    [Fact]
    public void TakenMoney_EndsAtThePaidOrderOrGoesBack()
    {
        foreach (PaymentState from in States)
        {
            // From where the money is with us, no way leads to an end that neither paid the order nor returned it.
            if (from is PaymentState.Captured or PaymentState.Refunding)
            {
                States.ShouldAllBe(to => !from.CanBecome(to) || to == PaymentState.Confirmed || to == PaymentState.Refunding || to == PaymentState.Refunded);
            }

            // Wherever we thought it was over without money, a capture is refunded.
            if (from is PaymentState.Declined or PaymentState.Failed)
            {
                PaymentLifecycle.After(from, GatewayState.Captured).ShouldBe(PaymentState.Refunding);
            }
        }
    }

    [Fact]
    public void AFinalState_HasNoWayOutButARefund()
    {
        foreach (PaymentState final in States.Where(state => state.IsFinal()))
        {
            States.Where(to => final.CanBecome(to)).ShouldAllBe(to => to == PaymentState.Refunding);
        }

        States.ShouldAllBe(to => !PaymentState.Confirmed.CanBecome(to));
    }

    [Fact]
    public void ReportsInAnyOrder_EndTheSame()
    {
        // A refund's word can only be said after the refund was asked for, which the saga does from refunding: so these are all the orders there can be.
        GatewayState[][] orders = [[GatewayState.Charging, GatewayState.Captured], [GatewayState.Captured, GatewayState.Charging], [GatewayState.Captured, GatewayState.Captured, GatewayState.Charging]];
        foreach (GatewayState[] order in orders)
        {
            order.Aggregate(PaymentState.Authorizing, (state, report) => PaymentLifecycle.After(state, report) ?? state).ShouldBe(PaymentState.Captured);
        }
    }

    [Fact]
    public void EveryState_HasATextThatReadsBack() => States.ShouldAllBe(state => PaymentStateText.Parse(state.ToText()) == state && state.ToText().Length <= 16);
}
