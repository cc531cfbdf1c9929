namespace Seckill.Core.Payments;

/// <summary>The one spelling of <see cref="PaymentState"/> in MySQL and JSON.</summary>
public static class PaymentStateText
{
    private static readonly string[] Texts = ["created", "authorizing", "captured", "confirmed", "declined", "failed", "refunding", "refunded"];

    /// <summary>The member's name in lower case.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a defined value.</exception>
    public static string ToText(this PaymentState state) =>
        (int)state >= 0 && (int)state < Texts.Length ? Texts[(int)state] : throw new ArgumentOutOfRangeException(nameof(state), state, "Not a payment state.");

    /// <summary>Reads what <see cref="ToText"/> wrote.</summary>
    /// <exception cref="FormatException">Unknown text: the row was written by a newer version, or by hand.</exception>
    public static PaymentState Parse(string text) =>
        Array.IndexOf(Texts, text) is >= 0 and int index ? (PaymentState)index : throw new FormatException($"'{text}' is not a payment state.");
}
