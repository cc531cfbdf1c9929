using Seckill.Core.Ids;
using Seckill.Core.Outbox;
using Seckill.Core.Stock;

namespace Seckill.Integration.Stock;

/// <summary>What a bucket should do, written as plainly as possible and without a look at the scripts: who holds what, what is left, what was sent.</summary>
internal sealed class StockModel(int units, int limit)
{
    private readonly Dictionary<UserId, List<HeldOrder>> _held = [];
    private readonly HashSet<OrderId> _released = [];

    public long Left { get; private set; } = units;

    /// <summary>1 when warmed; one more for each batch that reserves and each release.</summary>
    public long Version { get; private set; } = 1;

    /// <summary>Every reservation that ever was, in its order.</summary>
    public List<OutboxWinner> Winners { get; } = [];

    public IReadOnlyDictionary<UserId, List<HeldOrder>> Held => _held;

    public StockDecision[] Grab(IEnumerable<StockGrab> batch, StockAsk ask)
    {
        long before = Left;
        StockDecision[] decisions = [.. batch.Select(grab => Grab(grab, ask))];
        Version += Left < before ? 1 : 0;
        return decisions;
    }

    public ReleaseStatus Release(UserId user, OrderId order)
    {
        _released.Add(order);
        if (!_held.TryGetValue(user, out List<HeldOrder>? orders) || orders.RemoveAll(held => held.Order == order) == 0)
        {
            return ReleaseStatus.NotHeld;
        }

        if (orders.Count == 0)
        {
            _held.Remove(user);
        }

        Left++;
        Version++;
        return ReleaseStatus.Released;
    }

    private StockDecision Grab(StockGrab grab, StockAsk ask)
    {
        List<HeldOrder> orders = _held.GetValueOrDefault(grab.User) ?? [];
        if (orders.Exists(held => held.Order == grab.Order) || (ask is StockAsk.Again && _released.Contains(grab.Order)))
        {
            return new StockDecision(StockAnswer.AlreadyReserved, grab.Order);
        }

        if (orders.Count >= limit)
        {
            return new StockDecision(StockAnswer.AlreadyGrabbed, orders[0].Order);
        }

        if (Left == 0)
        {
            return new StockDecision(StockAnswer.SoldOut, default);
        }

        int slot = Enumerable.Range(0, limit).Except(orders.Select(held => held.Slot)).First();
        orders.Add(new HeldOrder(slot, grab.Order));
        _held[grab.User] = orders;
        if (ask is StockAsk.Claim)
        {
            _released.Remove(grab.Order);
        }

        Winners.Add(new OutboxWinner(grab.Order, slot, grab.User));
        Left--;
        return new StockDecision(StockAnswer.Reserved, grab.Order);
    }
}
