using System.Globalization;
using Seckill.Core.Ids;

namespace Seckill.Core.Stock;

/// <summary>A share of one SKU's units that one Redis slot decides about. A sale item has one bucket (0) unless it is segmented.</summary>
/// <param name="Sale">The sale.</param>
/// <param name="Sku">The SKU.</param>
/// <param name="Index">Index of the bucket, from 0.</param>
public readonly record struct StockBucket(SaleId Sale, SkuId Sku, int Index = 0)
{
    /// <summary><c>sale:sku:index</c>, as in the hash tag and in the directory of buckets.</summary>
    public override string ToString() => $"{Sale}:{Sku}:{Index}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, out StockBucket bucket)
    {
        string[] parts = text.Split(':');
        if (parts.Length == 3 && SaleId.TryParse(parts[0], out SaleId sale) && SkuId.TryParse(parts[1], out SkuId sku)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int index))
        {
            bucket = new StockBucket(sale, sku, index);
            return true;
        }

        bucket = default;
        return false;
    }
}
