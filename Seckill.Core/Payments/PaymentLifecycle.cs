namespace Seckill.Core.Payments;

/// <summary>Which way an attempt to pay may go: a pure function, so that every order of events can be tried.</summary>
public static class PaymentLifecycle
{
    /// <summary>Where a word of the gateway leads.</summary>
    /// <param name="state">Where the payment stands.</param>
    /// <param name="report">What the gateway says of its charge.</param>
    /// <returns>The next state; null when the report changes nothing: it repeats what is known, or is older than it.</returns>
    public static PaymentState? After(PaymentState state, GatewayState report) => (state, report) switch
    {
        (PaymentState.Created or PaymentState.Authorizing, GatewayState.Captured) => PaymentState.Captured,
        (PaymentState.Created or PaymentState.Authorizing, GatewayState.Declined) => PaymentState.Declined,
        // We had given the charge up, or heard that it was refused: whatever was taken after that goes back.
        (PaymentState.Failed or PaymentState.Declined, GatewayState.Captured) => PaymentState.Refunding,
        (PaymentState.Refunding, GatewayState.Refunded) => PaymentState.Refunded,
        _ => null,
    };

    /// <summary>Whether a payment may be moved from one state to the other by anybody: the gateway's words, the saga's own steps.</summary>
    public static bool CanBecome(this PaymentState from, PaymentState to) => (from, to) is
        (PaymentState.Created, PaymentState.Authorizing or PaymentState.Failed)
        or (PaymentState.Authorizing, PaymentState.Failed)
        or (PaymentState.Captured, PaymentState.Confirmed or PaymentState.Refunding)
        || Enum.GetValues<GatewayState>().Any(report => After(from, report) == to);

    /// <summary>Whether the saga has nothing left to do.</summary>
    public static bool IsFinal(this PaymentState state) =>
        state is PaymentState.Confirmed or PaymentState.Declined or PaymentState.Failed or PaymentState.Refunded;

    /// <summary>Whether the attempt is over without the order being paid by it, so that another may begin.</summary>
    public static bool IsOver(this PaymentState state) => state is PaymentState.Declined or PaymentState.Failed or PaymentState.Refunded;
}
