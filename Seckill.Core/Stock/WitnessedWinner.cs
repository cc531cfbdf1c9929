using System.Globalization;
using Seckill.Core.Ids;

namespace Seckill.Core.Stock;

/// <summary>A winner whom an Api node has told 202.</summary>
/// <param name="User">Who.</param>
/// <param name="Order">The order promised.</param>
/// <param name="Epoch">The bucket's life in which it was reserved.</param>
/// <param name="Version">The bucket's version after the batch.</param>
/// <param name="At">When the node learnt of it, to the millisecond.</param>
internal readonly record struct WitnessedWinner(UserId User, OrderId Order, long Epoch, long Version, DateTimeOffset At)
{
    /// <summary>What stands under the order id in <see cref="StockKeys.Testimony"/>: <c>epoch version atMs userId</c>.</summary>
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Epoch} {Version} {At.ToUnixTimeMilliseconds()} {User}");

    /// <summary>Reads a field of <see cref="StockKeys.Testimony"/>.</summary>
    /// <returns>False when it is none.</returns>
    public static bool TryParse(string order, string text, out WitnessedWinner winner)
    {
        winner = default;
        string[] parts = text.Split(' ');
        if (parts.Length != 4 || !OrderId.TryParse(order, out OrderId id) || !TryNumber(parts[0], out long epoch) || !TryNumber(parts[1], out long version)
            || !TryNumber(parts[2], out long atMs) || atMs > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() || !UserId.TryParse(parts[3], out UserId user))
        {
            return false;
        }

        winner = new WitnessedWinner(user, id, epoch, version, DateTimeOffset.FromUnixTimeMilliseconds(atMs));
        return true;
    }

    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
