using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Sales;

namespace Seckill.Core.GrabTokens;

/// <summary>Has this grab a token that is good for it? Asks nobody outside the process; whether a single-use token was used is asked just before the stock is. Thread-safe.</summary>
/// <remarks>Whatever is wrong with a token but its age has one name outside, GrabTokenInvalid: a forger learns nothing from it. An expired token of ours is told so: an honest page then gets another.</remarks>
public sealed class GrabTokenGate(GrabTokenSigner signer, GrabTokenClaims claims)
{
    /// <summary>Checks what a grab shows.</summary>
    /// <param name="sale">The sale; its admission says what it needs.</param>
    /// <param name="sku">The SKU.</param>
    /// <param name="user">Who grabs.</param>
    /// <param name="token">What was shown; null for nothing.</param>
    /// <param name="use">The token's own words, for <see cref="TakeAsync"/>; default unless it is good.</param>
    /// <returns>Null when the grab may go on; else GrabTokenRequired, GrabTokenInvalid or GrabTokenExpired.</returns>
    public GrabResult? Check(Sale sale, SkuId sku, UserId user, string? token, out GrabTokenUse use)
    {
        use = default;
        if (sale.Admission.GrabToken is GrabTokenMode.None)
        {
            return null;
        }

        if (string.IsNullOrEmpty(token))
        {
            GrabTokenMetrics.Refused("Missing");
            return new GrabResult(GrabOutcome.GrabTokenRequired);
        }

        GrabTokenFault fault = signer.Verify(token, new GrabTicket(sale.Id, sku, user), out use);
        if (fault is GrabTokenFault.None)
        {
            return null;
        }

        GrabTokenMetrics.Refused(Enum.GetName(fault)!);
        return new GrabResult(fault is GrabTokenFault.Expired ? GrabOutcome.GrabTokenExpired : GrabOutcome.GrabTokenInvalid);
    }

    /// <summary>See <see cref="GrabTokenClaims.TakeAsync"/>; at once null in a sale whose tokens may be shown again.</summary>
    public ValueTask<GrabResult?> TakeAsync(Sale sale, GrabTokenUse use, OrderId attempt) =>
        sale.Admission.GrabToken is GrabTokenMode.SingleUse ? new ValueTask<GrabResult?>(claims.TakeAsync(use, attempt)) : default;

    /// <summary>See <see cref="GrabTokenClaims.SettleAsync"/>.</summary>
    public ValueTask SettleAsync(Sale sale, GrabTokenUse use, OrderId attempt, GrabResult result) =>
        sale.Admission.GrabToken is GrabTokenMode.SingleUse ? new ValueTask(claims.SettleAsync(use, attempt, result)) : default;
}
