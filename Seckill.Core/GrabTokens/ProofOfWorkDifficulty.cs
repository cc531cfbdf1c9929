using Microsoft.Extensions.Options;
using Seckill.Core.Sales;

namespace Seckill.Core.GrabTokens;

/// <summary>How hard the proof of work of a sale is now: its own bits, and one more for each <see cref="GrabTokenOptions.RefusedSharePerBit"/> of its grabs that this node refuses. Thread-safe.</summary>
/// <remarks>
/// Each node judges by what it sees; balanced nodes see the same. A sale that asks for no work asks for none however many are refused: its operator wanted it so, and its pages may not know how.
/// </remarks>
public sealed class ProofOfWorkDifficulty(RefusalRates refusals, IOptions<GrabTokenOptions> options)
{
    private readonly double _step = options.Value.RefusedSharePerBit;

    /// <summary>Leading zero bits, 0 to <see cref="SaleAdmission.MaxProofOfWorkBits"/>; 0 = no work.</summary>
    public int BitsOf(Sale sale)
    {
        int bits = sale.Admission.ProofOfWorkBits;
        return bits == 0 ? 0 : Math.Min(SaleAdmission.MaxProofOfWorkBits, bits + (int)(refusals.ShareOf(sale.Id) / _step));
    }
}
