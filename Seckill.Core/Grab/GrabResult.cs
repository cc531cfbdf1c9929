using Seckill.Core.Ids;
using Seckill.Core.Receipts;

namespace Seckill.Core.Grab;

/// <summary>The answer to a grab.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Order">The order reserved or held already, or the one that a used token was used for; default otherwise.</param>
/// <param name="RetryAfter">How long to wait before asking again; zero when that makes no sense.</param>
/// <param name="Epoch">When reserved, the bucket's epoch.</param>
/// <param name="Version">When reserved, the bucket's version after the batch.</param>
/// <param name="Bucket">When reserved, the index of the bucket that gave the unit.</param>
public readonly record struct GrabResult(GrabOutcome Outcome, OrderId Order = default, TimeSpan RetryAfter = default, long Epoch = 0, long Version = 0, int Bucket = 0)
{
    /// <summary>When reserved, what the receipt says, which <see cref="ReceiptSigner"/> signs. Who asked is not kept here: results are copied often.</summary>
    public Receipt ReceiptFor(SaleId sale, SkuId sku, UserId user) => new(Order, sale, sku, user, Bucket, Epoch, Version);
}
