using System.Globalization;
using Seckill.Core.Ids;

namespace Seckill.Core.Stock;

/// <summary>Reads a value of the buyers hash: <c>slot=orderId[,slot=orderId…]</c>.</summary>
public static class HeldOrders
{
    /// <summary>The orders held, in the order they were reserved; empty for an empty text.</summary>
    /// <exception cref="FormatException">A part is not <c>slot=orderId</c>.</exception>
    public static IReadOnlyList<HeldOrder> Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return [];
        }

        string[] parts = text.Split(',');
        HeldOrder[] orders = new HeldOrder[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            int equals = parts[i].IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !int.TryParse(parts[i].AsSpan(0, equals), NumberStyles.None, CultureInfo.InvariantCulture, out int slot)
                || !OrderId.TryParse(parts[i].AsSpan(equals + 1), out OrderId order))
            {
                throw new FormatException("A value of the buyers hash is not 'slot=orderId[,slot=orderId…]'.");
            }

            orders[i] = new HeldOrder(slot, order);
        }

        return orders;
    }
}
