using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Seckill.Core.Ids;

/// <summary>Names one order, from the grab that reserved it to its MySQL row. Carries the user's shard (see <see cref="SnowflakeIds"/>). A positive 63-bit number; a string in JSON.</summary>
/// <param name="Value">The raw number, greater than zero.</param>
[JsonConverter(typeof(OrderIdJsonConverter))]
public readonly record struct OrderId(long Value)
{
    /// <summary>Reads a decimal number of 1 to 19 digits greater than zero; no sign, no spaces.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out OrderId id)
    {
        bool parsed = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value > 0;
        id = new OrderId(parsed ? value : 0);
        return parsed;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
