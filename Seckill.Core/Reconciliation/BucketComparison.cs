using System.Globalization;
using Seckill.Core.Ids;
using Seckill.Core.Orders;
using Seckill.Core.Stock;

namespace Seckill.Core.Reconciliation;

/// <summary>Holds one bucket's buyers against its order rows. Pure: both were read while nothing moved.</summary>
internal static class BucketComparison
{
    /// <summary>All differences.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="look">The bucket in Redis, at the version at which the buyers were read.</param>
    /// <param name="buyers">User id -> held orders.</param>
    /// <param name="rows">The item in MySQL.</param>
    /// <param name="settledBefore">What was reserved or changed after it may still be on its way, and is not judged.</param>
    public static IEnumerable<Finding> Compare(StockBucket bucket, BucketLook look, IReadOnlyDictionary<string, string> buyers, SaleRows rows, DateTimeOffset settledBefore)
    {
        Dictionary<long, (string User, int Slot)> held = [];
        foreach ((string user, string text) in buyers)
        {
            foreach (HeldOrder one in HeldOrders.Parse(text))
            {
                held[one.Order.Value] = (user, one.Slot);
                if (JudgeHeld(bucket, user, one, rows, settledBefore) is { } finding)
                {
                    yield return finding;
                }
            }
        }

        foreach (SaleRow row in rows.Orders.Values.Where(row => row.IsActive && row.UpdatedAt < settledBefore && !held.ContainsKey(row.OrderId)))
        {
            yield return new(
                Difference.OrderWithoutReservation, bucket.ToString(), Text(row.OrderId), row.User, $"the order is {row.Status.ToText()}, Redis does not hold its unit", Repair.Rebuild, false);
        }

        if (look.Left + held.Count != rows.Units || look.Total != rows.Units)
        {
            yield return new(
                Difference.StockDrift, bucket.ToString(), null, null, $"{look.Left} left + {held.Count} held are not {rows.Units} offered ({look.Total} by Redis)", Repair.Rebuild, false);
        }

        if (rows.Sold != rows.Active)
        {
            yield return new(Difference.GuardMiscounts, bucket.ToString(), null, null, $"the guard counts {rows.Sold}, {rows.Active} orders are active", Repair.Recount, false);
        }
    }

    private static Finding? JudgeHeld(StockBucket bucket, string user, HeldOrder held, SaleRows rows, DateTimeOffset settledBefore)
    {
        Finding Found(Difference difference, string detail, Repair repair) => new(difference, bucket.ToString(), held.Order.ToString(), user, detail, repair, false);
        if (!rows.Orders.TryGetValue(held.Order.Value, out SaleRow? row))
        {
            return SnowflakeIds.TimeOf(held.Order.Value) < settledBefore
                ? Found(Difference.ReservationWithoutOrder, $"slot {held.Slot} is held since {SnowflakeIds.TimeOf(held.Order.Value):O}", Repair.Republish)
                : null;
        }

        if (row.User != user)
        {
            return Found(Difference.WrongHolder, $"the order is {row.User}'s", Repair.None);
        }

        if (!row.IsActive)
        {
            return row.UpdatedAt < settledBefore ? Found(Difference.FailedOrderHoldsUnit, $"the order is {row.Status.ToText()}", Repair.Release) : null;
        }

        return row.Slot == held.Slot ? null : Found(Difference.SlotMismatch, $"slot {held.Slot} in Redis, {row.Slot} in MySQL", Repair.Rebuild);
    }

    private static string Text(long order) => order.ToString(CultureInfo.InvariantCulture);
}
