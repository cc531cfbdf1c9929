using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Seckill.Core.Admission;
using Seckill.Core.Ids;
using Seckill.Core.Sales;

namespace Seckill.Core.GrabTokens;

/// <summary>The share of each sale's recent grabs that the limiters of this node refused. Thread-safe; counting takes no lock.</summary>
/// <remarks>
/// Only sales with a proof of work are counted, so the table is bounded by the catalog (<see cref="Forget"/>). Refusals by a user's own windows do not count at all: otherwise one account that
/// hammers with one token would make every other buyer work a thousand times as hard.
/// </remarks>
public sealed class RefusalRates(IOptions<GrabTokenOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<SaleId, RefusalRate> _rates = new();
    private readonly TimeSpan _halfLife = options.Value.RefusalHalfLife;

    /// <summary>Counts a grab that has come as far as the limiters.</summary>
    /// <param name="sale">The sale.</param>
    /// <param name="refusedBy">Who refused it, or nobody.</param>
    public void Observe(Sale sale, AdmissionLimiter refusedBy)
    {
        if (sale.Admission.ProofOfWorkBits == 0 || refusedBy is AdmissionLimiter.User or AdmissionLimiter.SharedUser)
        {
            return;
        }

        if (!_rates.TryGetValue(sale.Id, out RefusalRate? rate))
        {
            rate = _rates.GetOrAdd(sale.Id, _ => new RefusalRate(_halfLife, time));
        }

        rate.Count(refusedBy is not AdmissionLimiter.None);
    }

    /// <summary>The share now, 0 to 1; 0 for a sale without grabs.</summary>
    public double ShareOf(SaleId sale) => _rates.TryGetValue(sale, out RefusalRate? rate) ? rate.Share() : 0;

    /// <summary>Lets go of sales that are no longer wanted.</summary>
    public void Forget(Func<SaleId, bool> isWanted)
    {
        foreach (SaleId sale in _rates.Keys)
        {
            if (!isWanted(sale))
            {
                _rates.TryRemove(sale, out _);
            }
        }
    }
}
