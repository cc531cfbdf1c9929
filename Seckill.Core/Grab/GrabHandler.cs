using System.Diagnostics;
using Seckill.Core.Admission;
using Seckill.Core.Diagnostics;
using Seckill.Core.GrabTokens;
using Seckill.Core.Ids;
using Seckill.Core.Sales;
using Seckill.Core.Stock;

namespace Seckill.Core.Grab;

/// <summary>Takes one grab through the gates, cheapest first, to the stock.</summary>
/// <remarks>Thread-safe. A grab refused by a gate touches nothing outside the process, but for a limit that holds over all nodes; one that passes costs a share of one round trip to Redis.</remarks>
public sealed class GrabHandler(
    SaleCatalog catalog, SoldOutBoard board, EligibilityGate eligibility, GrabTokenGate tokens, AdmissionGate admission, RefusalRates refusals, GrabCoalescer coalescer, SegmentedGrabs segmented,
    GrabOutcomes outcomes, SnowflakeIds ids, FaultPoints faults, TimeProvider time)
{
    // Long enough that a paused crowd costs little, short enough that nobody is late for what goes on.
    private static readonly GrabResult Paused = new(GrabOutcome.Paused, RetryAfter: TimeSpan.FromSeconds(5));
    private static readonly GrabResult Unavailable = new(GrabOutcome.StockUnavailable, RetryAfter: TimeSpan.FromSeconds(1));

    /// <summary>Grabs one unit for a user.</summary>
    /// <param name="saleId">The sale.</param>
    /// <param name="sku">The SKU.</param>
    /// <param name="user">Who grabs.</param>
    /// <param name="token">The grab token that was shown; null for none.</param>
    /// <param name="from">Where from; the default is not limited by address.</param>
    /// <returns>Any <see cref="GrabOutcome"/>. A refusal is never thrown.</returns>
    /// <remarks>What the sale, the board or the token refuses is answered before this returns, and allocates nothing. A grab that nobody outside need be asked about first waits in its lane only.</remarks>
    public ValueTask<GrabResult> GrabAsync(SaleId saleId, SkuId sku, UserId user, string? token = null, ClientAddress from = default)
    {
        CatalogSnapshot snapshot = catalog.Current;
        if (!snapshot.TryFind(saleId, out Sale? sale))
        {
            // Not counted by sale: made-up ids would fill Redis.
            return Refuse(null, new GrabResult(snapshot.Version == 0 ? GrabOutcome.StockUnavailable : GrabOutcome.UnknownSale));
        }

        if (Gate(snapshot, sale, sku, user, token, out SaleItem? item, out GrabTokenUse use) is { } refusal)
        {
            return Refuse(sale, refusal);
        }

        ValueTask<AdmissionDecision> admitted = admission.CheckAsync(sale, user, from);
        if (!admitted.IsCompletedSuccessfully || sale.Restricted || item!.Buckets > 1 || sale.Admission.GrabToken is GrabTokenMode.SingleUse || faults.IsArmed(FaultPoint.AfterReserveBeforeAnswer))
        {
            return AskOthersFirstAsync(admitted, sale, item!, user, use);
        }

        return RefusalOf(sale, admitted.Result) is { } tooMany ? Refuse(sale, tooMany)
            : TryMakeOrder(user, out OrderId order) ? new ValueTask<GrabResult>(coalescer.GrabAsync(sale.BucketOf(item!, user), GrabOf(user, order)))
            : Refuse(sale, Unavailable);
    }

    /// <summary>Says what a grab would be refused with whatever token it showed; null when it might succeed. Asks nobody, counts nothing.</summary>
    /// <param name="saleId">The sale.</param>
    /// <param name="sku">The SKU.</param>
    /// <param name="user">Who would grab.</param>
    /// <param name="sale">The sale, unless it is unknown.</param>
    internal GrabResult? Foresee(SaleId saleId, SkuId sku, UserId user, out Sale? sale)
    {
        CatalogSnapshot snapshot = catalog.Current;
        return snapshot.TryFind(saleId, out sale)
            ? GateWithoutToken(snapshot, sale, sku, user, out _)
            : new GrabResult(snapshot.Version == 0 ? GrabOutcome.StockUnavailable : GrabOutcome.UnknownSale);
    }

    /// <summary>As the other, for a user who has not chosen an item.</summary>
    internal GrabResult? Foresee(SaleId saleId, UserId user, out Sale? sale)
    {
        CatalogSnapshot snapshot = catalog.Current;
        if (!snapshot.TryFind(saleId, out sale))
        {
            return new GrabResult(snapshot.Version == 0 ? GrabOutcome.StockUnavailable : GrabOutcome.UnknownSale);
        }

        return GateState(sale) ?? (sale.Restricted && eligibility.SurelyNotEligible(saleId, user) ? new GrabResult(GrabOutcome.NotEligible) : null);
    }

    private GrabResult? Gate(CatalogSnapshot snapshot, Sale sale, SkuId sku, UserId user, string? token, out SaleItem? item, out GrabTokenUse use)
    {
        use = default;
        if (GateWithoutToken(snapshot, sale, sku, user, out item) is { } refusal)
        {
            return refusal;
        }

        // After the sold-out board, which costs less and needs no token to be told; before the limiters, so that forged tokens take no place from anybody. A flood of them costs us an HMAC each,
        // a fraction of the bearer token that came along.
        return tokens.Check(sale, sku, user, token, out use);
    }

    private GrabResult? GateWithoutToken(CatalogSnapshot snapshot, Sale sale, SkuId sku, UserId user, out SaleItem? item)
    {
        item = null;
        if (GateState(sale) is { } notNow)
        {
            return notNow;
        }

        if (!snapshot.MayHave(new StockBucket(sale.Id, sku)) || (item = sale.Find(sku)) is null)
        {
            return new GrabResult(GrabOutcome.UnknownSku);
        }

        if (sale.Restricted && eligibility.SurelyNotEligible(sale.Id, user))
        {
            return new GrabResult(GrabOutcome.NotEligible);
        }

        return board.TryAnswer(sale.BucketOf(item, user), user, out GrabResult answer) ? answer : null;
    }

    private GrabResult? GateState(Sale sale)
    {
        DateTimeOffset now = time.GetUtcNow();
        return sale.StateAt(now, catalog.IsKilled) switch
        {
            SaleState.Paused => Paused,
            SaleState.Scheduled => new GrabResult(GrabOutcome.NotOpen, RetryAfter: sale.Window.StartsAt - now),
            SaleState.Closed => new GrabResult(GrabOutcome.Closed),
            _ => null,
        };
    }

    private GrabResult? RefusalOf(Sale sale, AdmissionDecision decision)
    {
        refusals.Observe(sale, decision.Limiter);
        return decision.Limiter switch
        {
            AdmissionLimiter.None => null,
            AdmissionLimiter.Ip => new GrabResult(GrabOutcome.ThrottledIp, RetryAfter: decision.RetryAfter),
            AdmissionLimiter.Sale => new GrabResult(GrabOutcome.ThrottledSale, RetryAfter: decision.RetryAfter),
            AdmissionLimiter.Node => new GrabResult(GrabOutcome.ThrottledNode, RetryAfter: decision.RetryAfter),
            _ => new GrabResult(GrabOutcome.Throttled, RetryAfter: decision.RetryAfter),
        };
    }

    private async ValueTask<GrabResult> AskOthersFirstAsync(ValueTask<AdmissionDecision> admitted, Sale sale, SaleItem item, UserId user, GrabTokenUse use)
    {
        if (RefusalOf(sale, await admitted) is { } refusal)
        {
            return Counted(sale, refusal);
        }

        if (sale.Restricted)
        {
            EligibilityAnswer answer = await eligibility.AskAsync(sale.Id, user);
            if (answer is not EligibilityAnswer.Eligible)
            {
                return Counted(sale, answer is EligibilityAnswer.NotEligible ? new GrabResult(GrabOutcome.NotEligible) : Unavailable);
            }
        }

        if (!TryMakeOrder(user, out OrderId order))
        {
            return Counted(sale, Unavailable);
        }

        // Last before the stock: a grab that is refused on the way has not used its token up.
        if (await tokens.TakeAsync(sale, use, order) is { } taken)
        {
            return Counted(sale, taken);
        }

        StockBucket bucket = sale.BucketOf(item, user);
        StockGrab grab = GrabOf(user, order);
        GrabResult result = item.Buckets == 1 ? await coalescer.GrabAsync(bucket, grab) : Counted(sale, await segmented.GrabAsync(sale.SegmentsOf(item), bucket, grab));
        await faults.ReachAsync(FaultPoint.AfterReserveBeforeAnswer);
        await tokens.SettleAsync(sale, use, order, result);
        return result;
    }

    // A trace can be found by its order, and an order's way by the trace.
    private static StockGrab GrabOf(UserId user, OrderId order)
    {
        if (TraceContext.Current is not { } trace)
        {
            return new StockGrab(user, order);
        }

        Activity.Current?.SetTag("seckill.order.id", order.ToString());
        return new StockGrab(user, order) { TraceParent = trace };
    }

    private bool TryMakeOrder(UserId user, out OrderId order)
    {
        try
        {
            order = new OrderId(ids.Next(UserShard.Of(user)));
            return true;
        }
        catch (IdsUnavailableException)
        {
            order = default;
            return false;
        }
    }

    private ValueTask<GrabResult> Refuse(Sale? sale, GrabResult refusal) => new(Counted(sale, refusal));

    // Refusals are counted here, and the results of segmented SKUs, whose buckets may be asked more than once; the coalescer counts what it answers for others.
    private GrabResult Counted(Sale? sale, GrabResult refusal)
    {
        outcomes.Count(sale?.Id, refusal.Outcome);
        return refusal;
    }
}
