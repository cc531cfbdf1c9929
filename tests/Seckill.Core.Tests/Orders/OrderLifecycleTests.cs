using Seckill.Core.Orders;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Orders;

public sealed class OrderLifecycleTests
{
    private static readonly (OrderStatus From, OrderStatus To)[] Ways =
    [
        (OrderStatus.PendingPayment, OrderStatus.Paid), (OrderStatus.PendingPayment, OrderStatus.Cancelled), (OrderStatus.PendingPayment, OrderStatus.Failed),
        (OrderStatus.Cancelled, OrderStatus.Refunded),
    ];

    [Fact]
    public void OnlyTheWaysOfTheLifecycle_CanBeGone()
    {
        foreach (OrderStatus from in Enum.GetValues<OrderStatus>())
        {
            foreach (OrderStatus to in Enum.GetValues<OrderStatus>())
            {
                from.CanBecome(to).ShouldBe(Ways.Contains((from, to)), $"{from} → {to}");
            }
        }
    }

    [Fact]
    public void AnOrderThatGaveItsUnitBack_NeverHoldsOneAgain()
    {
        foreach (OrderStatus from in Enum.GetValues<OrderStatus>().Where(status => !status.IsActive() && status != OrderStatus.Reserved))
        {
            Enum.GetValues<OrderStatus>().ShouldAllBe(to => !from.CanBecome(to) || !to.IsActive());
        }
    }

    [Fact]
    public void EveryStatus_HasATextThatReadsBack()
    {
        foreach (OrderStatus status in Enum.GetValues<OrderStatus>())
        {
            OrderStatusText.Parse(status.ToText()).ShouldBe(status);
            status.ToText().Length.ShouldBeLessThanOrEqualTo(16, "column status");
        }
    }
}
