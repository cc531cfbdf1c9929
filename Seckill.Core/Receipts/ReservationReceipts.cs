using Seckill.Core.Messaging;

namespace Seckill.Core.Receipts;

/// <summary>
/// The receipt that a reservation carries through Kafka. Redis is trusted, Kafka is not: whoever reads a reservation there believes it only with a receipt that was signed by one of us who
/// had it from Redis. Thread-safe.
/// </summary>
public sealed class ReservationReceipts(ReceiptSigner signer)
{
    /// <summary>Cause of a dead letter: the reservation has no receipt.</summary>
    public const string Missing = "receipt-missing";

    /// <summary>Cause of a dead letter: the receipt is not ours, or is another reservation's.</summary>
    public const string Forged = "receipt-forged";

    /// <summary>The message with its receipt. Only for what comes from Redis: a signature is the word that it does.</summary>
    public ReservationMessage Sign(ReservationMessage message) => message with { Receipt = signer.Sign(ReceiptOf(message)) };

    /// <summary>Checks a message that comes from Kafka; a refusal is counted.</summary>
    /// <returns>Null when its receipt is valid and says what the message says; else <see cref="Missing"/> or <see cref="Forged"/>.</returns>
    public string? Check(ReservationMessage message)
    {
        string? refusal = string.IsNullOrEmpty(message.Receipt) ? Missing
            : signer.Verify(message.Receipt, out Receipt receipt) == ReceiptFault.None && receipt == ReceiptOf(message) ? null : Forged;
        if (refusal is not null)
        {
            ReceiptMetrics.Refused.Add(1, new KeyValuePair<string, object?>("cause", refusal));
        }

        return refusal;
    }

    private static Receipt ReceiptOf(ReservationMessage message) =>
        new(message.OrderId, message.SaleId, message.SkuId, message.UserId, message.Bucket, message.Epoch, message.Version);
}
