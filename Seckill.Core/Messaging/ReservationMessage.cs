using System.Text.Json.Serialization;
using Seckill.Core.Ids;
using Seckill.Core.Receipts;

namespace Seckill.Core.Messaging;

/// <summary>Value of <see cref="KafkaTopics.Reservations"/>: JSON in camel case, one reservation each; header <c>type</c> = <see cref="Type"/>.</summary>
/// <param name="OrderId">The order to be written.</param>
/// <param name="SaleId">The sale.</param>
/// <param name="SkuId">The SKU.</param>
/// <param name="Bucket">Index of the stock bucket that gave the unit.</param>
/// <param name="UserId">The winner; also the message key.</param>
/// <param name="Slot">Which of the user's units of this SKU.</param>
/// <param name="Epoch">The bucket's epoch.</param>
/// <param name="Version">The bucket's version after the batch.</param>
/// <param name="ReservedAt">When it was reserved.</param>
/// <param name="Receipt">Signed over the fields above, see <see cref="ReservationReceipts"/>; the intake believes no reservation without one.</param>
public sealed record ReservationMessage(
    OrderId OrderId, SaleId SaleId, SkuId SkuId, int Bucket, UserId UserId, int Slot, long Epoch, long Version, DateTimeOffset ReservedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Receipt = null)
{
    /// <summary>The way so far; in the message's headers, not in its value.</summary>
    [JsonIgnore]
    public ReservationTrail Trail { get; init; }

    /// <summary>Message type and version; a reader that does not know it sends the message to <see cref="KafkaTopics.Unroutable"/>.</summary>
    public const string Type = "reservation.v1";
}
