using System.Globalization;
using Seckill.Core.Ids;

namespace Seckill.Core.Stock;

/// <summary>A share of one SKU's units that one Redis slot decides about. A sale item has one bucket (0) unless it is segmented.</summary>
/// <param name="Sale">The sale.</param>
/// <param name="Sku">The SKU.</param>
/// <param name="Index">Index of the bucket, from 0; <see cref="PoolIndex"/> for the pool of a segmented SKU.</param>
public readonly record struct StockBucket(SaleId Sale, SkuId Sku, int Index = 0)
{
    /// <summary>Longest text in characters: a number of 19 digits, an id of 64 characters, an index of 10 digits, two colons.</summary>
    public const int MaxTextLength = 19 + 64 + 10 + 2;

    /// <summary>The index that stands for the pool, from which the buckets of a segmented SKU draw: it keeps units as they do, and nobody grabs there.</summary>
    public const int PoolIndex = -1;

    private const string PoolText = "pool";

    /// <summary>True for the pool of a segmented SKU.</summary>
    public bool IsPool => Index == PoolIndex;

    /// <summary><c>sale:sku:index</c> or <c>sale:sku:pool</c>, as in the hash tag and in the directory of buckets.</summary>
    public override string ToString() => IsPool ? $"{Sale}:{Sku}:{PoolText}" : $"{Sale}:{Sku}:{Index}";

    /// <summary>As <see cref="ToString"/>, into a span of <see cref="MaxTextLength"/>; false when it is too short.</summary>
    public bool TryFormat(Span<char> text, out int length) => IsPool
        ? text.TryWrite(CultureInfo.InvariantCulture, $"{Sale.Value}:{Sku.Value}:{PoolText}", out length)
        : text.TryWrite(CultureInfo.InvariantCulture, $"{Sale.Value}:{Sku.Value}:{Index}", out length);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, out StockBucket bucket)
    {
        string[] parts = text.Split(':');
        if (parts.Length == 3 && SaleId.TryParse(parts[0], out SaleId sale) && SkuId.TryParse(parts[1], out SkuId sku)
            && TryParseIndex(parts[2], out int index))
        {
            bucket = new StockBucket(sale, sku, index);
            return true;
        }

        bucket = default;
        return false;
    }

    private static bool TryParseIndex(string text, out int index)
    {
        index = PoolIndex;
        return text == PoolText || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index);
    }
}
