using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Seckill.Core.Ids;

/// <summary>Names what is sold (one line of a sale). Chosen by the shop; 1 to 64 characters out of letters, digits and <c>-_.@|+</c>.</summary>
/// <param name="Value">The text, compared byte by byte (case matters).</param>
[JsonConverter(typeof(SkuIdJsonConverter))]
public readonly record struct SkuId(string Value)
{
    /// <summary>Reads an id; false when it is empty, too long or has a character outside the alphabet.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SkuId id)
    {
        bool valid = text is not null && IdText.IsValid(text);
        id = new SkuId(valid ? text! : string.Empty);
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
