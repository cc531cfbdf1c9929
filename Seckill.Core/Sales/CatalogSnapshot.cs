using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Seckill.Core.Admission;
using Seckill.Core.Ids;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;

namespace Seckill.Core.Sales;

/// <summary>The sales as this node knows them. Immutable: a change makes another.</summary>
public sealed class CatalogSnapshot
{
    private const double FalsePositiveRate = 0.001;

    private readonly FrozenDictionary<SaleId, Sale> _byId;
    private readonly BloomFilter _items;

    /// <summary>Takes the sales.</summary>
    /// <param name="version">Version of the copy they were read from; 0 = nothing was read yet.</param>
    /// <param name="sales">At most <see cref="SaleCatalog.MaxSales"/>.</param>
    public CatalogSnapshot(long version, IEnumerable<Sale> sales)
    {
        Version = version;
        Sales = [.. sales.OrderByDescending(sale => sale.Id.Value)];
        _byId = Sales.ToFrozenDictionary(sale => sale.Id);
        _items = new BloomFilter(Math.Max(1, Sales.Sum(sale => sale.Items.Count)), FalsePositiveRate);
        foreach (Sale sale in Sales)
        {
            foreach (SaleItem item in sale.Items)
            {
                _items.Add(sale.BucketOf(item).ToString());
            }
        }
    }

    /// <summary>Nothing known yet.</summary>
    public static CatalogSnapshot Empty { get; } = new(0, []);

    /// <summary>Version of the copy.</summary>
    public long Version { get; }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Sale> Sales { get; }

    /// <summary>Finds a sale.</summary>
    public bool TryFind(SaleId id, [NotNullWhen(true)] out Sale? sale) => _byId.TryGetValue(id, out sale);

    /// <summary>The SKU that a bucket is a part of; of one bucket when the sale is not known.</summary>
    public StockSegments SegmentsOf(StockBucket bucket) =>
        TryFind(bucket.Sale, out Sale? sale) && sale.Find(bucket.Sku) is { } item ? sale.SegmentsOf(item) : new StockSegments(bucket.Sale, bucket.Sku, 1);

    /// <summary>False: surely no sale has this bucket. True: look closer.</summary>
    public bool MayHave(StockBucket bucket)
    {
        Span<char> text = stackalloc char[StockBucket.MaxTextLength];
        return bucket.TryFormat(text, out int length) && _items.MightContain(text[..length]);
    }

    /// <summary>The SKU as a sale names it, so that a request for what is on offer makes no text of its own; a new one when the sale has none like it.</summary>
    public SkuId? FindSku(SaleId id, ReadOnlySpan<char> sku)
    {
        if (TryFind(id, out Sale? sale))
        {
            foreach (SaleItem item in sale.Items)
            {
                if (sku.SequenceEqual(item.Sku.Value))
                {
                    return item.Sku;
                }
            }
        }

        return SkuId.TryParse(sku.ToString(), out SkuId other) ? other : null;
    }
}
