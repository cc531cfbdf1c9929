namespace Seckill.Core.Payments;

/// <summary>
/// Where an attempt to pay stands: created → authorizing → captured → confirmed; or declined, failed; or captured → refunding → refunded. In the words of TCC the grab was the
/// Try, <see cref="Confirmed"/> is the Confirm, and an order's cancellation is the Cancel. Texts: <see cref="PaymentStateText"/>.
/// </summary>
public enum PaymentState
{
    /// <summary>The row stands; the gateway has not been asked.</summary>
    Created = 0,

    /// <summary>The gateway is being asked, or has been: the money's fate is its to tell, by callback or when polled.</summary>
    Authorizing = 1,

    /// <summary>The gateway has taken the money; the order has not been told.</summary>
    Captured = 2,

    /// <summary>The order is paid. Final.</summary>
    Confirmed = 3,

    /// <summary>The gateway refused. Final; the order can be paid by another attempt while its time lasts.</summary>
    Declined = 4,

    /// <summary>Given up before any money was taken. Final, unless the gateway reports a capture after all.</summary>
    Failed = 5,

    /// <summary>The money came too late, and must go back; the gateway is being asked to return it.</summary>
    Refunding = 6,

    /// <summary>The money went back. Final.</summary>
    Refunded = 7,
}
