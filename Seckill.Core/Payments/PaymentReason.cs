namespace Seckill.Core.Payments;

/// <summary>Why a payment was declined, failed or refunded: column <c>reason</c>; permanent texts. A gateway's own reasons for a decline are passed on as they are.</summary>
public static class PaymentReason
{
    /// <summary>The order could no longer be paid when the gateway was to be asked.</summary>
    public const string NotPayable = "not-payable";

    /// <summary>The money came when the order was cancelled already, or paid by another attempt.</summary>
    public const string Late = "late-payment";

    /// <summary>The gateway did not say what became of the charge in <see cref="PaymentOptions.GiveUpAfter"/>.</summary>
    public const string GatewaySilent = "gateway-silent";
}
