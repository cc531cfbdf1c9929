using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Seckill.Core.Ids;

/// <summary>Names one attempt to pay an order; carries the user's shard (see <see cref="SnowflakeIds"/>). A positive 63-bit number; a string in JSON.</summary>
/// <param name="Value">The raw number, greater than zero.</param>
[JsonConverter(typeof(PaymentIdJsonConverter))]
public readonly record struct PaymentId(long Value)
{
    /// <summary>Reads a decimal number of 1 to 19 digits greater than zero; no sign, no spaces.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out PaymentId id)
    {
        bool parsed = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value > 0;
        id = new PaymentId(parsed ? value : 0);
        return parsed;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
