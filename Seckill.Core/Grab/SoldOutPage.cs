using System.Collections.Frozen;
using Seckill.Core.Ids;
using Seckill.Core.Stock;

namespace Seckill.Core.Grab;

/// <summary>What the board knows of one sold-out bucket, whole and at one version.</summary>
internal sealed record SoldOutPage(long Epoch, long Version, int Limit, FrozenDictionary<string, string> Buyers)
{
    /// <summary>As <c>grab.lua</c> would answer: who is at the limit holds an order, everyone else is too late.</summary>
    public GrabResult Answer(UserId user)
    {
        if (Buyers.TryGetValue(user.Value, out string? held))
        {
            IReadOnlyList<HeldOrder> orders = HeldOrders.Parse(held);
            if (orders.Count >= Limit)
            {
                return new GrabResult(GrabOutcome.AlreadyGrabbed, orders[0].Order);
            }
        }

        return new GrabResult(GrabOutcome.SoldOut);
    }
}
