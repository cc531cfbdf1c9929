using Seckill.Core.Admission;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Receipts;
using Seckill.Core.Sales;
using Seckill.Core.Stock;

namespace Seckill.Core.Grab;

/// <summary>Takes one grab through the gates, cheapest first, to the stock.</summary>
/// <remarks>Thread-safe. A grab refused by a gate touches nothing outside the process; one that passes costs a share of one round trip to Redis.</remarks>
public sealed class GrabHandler(
    SaleCatalog catalog, SoldOutBoard board, EligibilityGate eligibility, AdmissionGate admission, GrabCoalescer coalescer,
    GrabOutcomes outcomes, SnowflakeIds ids, ReceiptSigner receipts, FaultPoints faults, TimeProvider time)
{
    private static readonly TimeSpan RetryUnavailable = TimeSpan.FromSeconds(1);

    /// <summary>Grabs one unit for a user.</summary>
    /// <returns>Any <see cref="GrabOutcome"/>. A refusal is never thrown.</returns>
    public async ValueTask<GrabResult> GrabAsync(SaleId saleId, SkuId sku, UserId user)
    {
        CatalogSnapshot snapshot = catalog.Current;
        if (!snapshot.TryFind(saleId, out Sale? sale))
        {
            // Not counted by sale: made-up ids would fill Redis.
            return outcomes.Count(null, new GrabResult(snapshot.Version == 0 ? GrabOutcome.StockUnavailable : GrabOutcome.UnknownSale));
        }

        GrabResult? refusal = Gate(snapshot, sale, sku, user, out SaleItem? item);
        GrabResult result = refusal ?? await AskAsync(sale, item!, user);
        return outcomes.Count(saleId, result);
    }

    private GrabResult? Gate(CatalogSnapshot snapshot, Sale sale, SkuId sku, UserId user, out SaleItem? item)
    {
        item = null;
        DateTimeOffset now = time.GetUtcNow();
        switch (sale.StateAt(now))
        {
            case SaleState.Scheduled:
                return new GrabResult(GrabOutcome.NotOpen, RetryAfter: sale.Window.StartsAt - now);
            case SaleState.Closed:
                return new GrabResult(GrabOutcome.Closed);
        }

        if (!snapshot.MayHave(new StockBucket(sale.Id, sku)) || (item = sale.Find(sku)) is null)
        {
            return new GrabResult(GrabOutcome.UnknownSku);
        }

        if (sale.Restricted && eligibility.SurelyNotEligible(sale.Id, user))
        {
            return new GrabResult(GrabOutcome.NotEligible);
        }

        if (board.TryAnswer(sale.BucketOf(item), user, out GrabResult answer))
        {
            return answer;
        }

        AdmissionDecision decision = admission.Check(user);
        return decision.Admitted ? null : new GrabResult(GrabOutcome.Throttled, RetryAfter: decision.RetryAfter);
    }

    private async ValueTask<GrabResult> AskAsync(Sale sale, SaleItem item, UserId user)
    {
        if (sale.Restricted)
        {
            EligibilityAnswer answer = await eligibility.AskAsync(sale.Id, user);
            if (answer is not EligibilityAnswer.Eligible)
            {
                return answer is EligibilityAnswer.NotEligible
                    ? new GrabResult(GrabOutcome.NotEligible)
                    : new GrabResult(GrabOutcome.StockUnavailable, RetryAfter: RetryUnavailable);
            }
        }

        OrderId order;
        try
        {
            order = new OrderId(ids.Next(UserShard.Of(user)));
        }
        catch (IdsUnavailableException)
        {
            return new GrabResult(GrabOutcome.StockUnavailable, RetryAfter: RetryUnavailable);
        }

        StockBucket bucket = sale.BucketOf(item);
        GrabResult result = await coalescer.GrabAsync(bucket, new StockGrab(user, order));
        await faults.ReachAsync(FaultPoint.AfterReserveBeforeAnswer);
        return result.Outcome is GrabOutcome.Reserved
            ? result with { Receipt = receipts.Sign(new Receipt(result.Order, bucket.Sale, bucket.Sku, user, bucket.Index, result.Epoch, result.Version)) }
            : result;
    }
}
