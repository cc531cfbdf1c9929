using Seckill.Core.Ids;

namespace Seckill.Core.DeadLetters;

/// <summary>A message that was put aside, as operators see it.</summary>
/// <param name="Id">Given by MySQL; grows.</param>
/// <param name="Topic"><see cref="DeadLetterStore.DeadLetters"/> or <see cref="DeadLetterStore.Unroutable"/>.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Type">Message type, as the message said.</param>
/// <param name="Cause">A permanent text, see <see cref="Orders.OrderFailure"/>; <c>unroutable</c> for those.</param>
/// <param name="Error">The reason, in words.</param>
/// <param name="Stack">The exception; null when a check of ours decided.</param>
/// <param name="Trace">W3C traceparent; null when nobody traced.</param>
/// <param name="Attempt">The attempt that was the last, from 1.</param>
/// <param name="Origin"><c>topic/partition/offset</c> where it stood first.</param>
/// <param name="Order">The order it was about; null when it cannot be read.</param>
/// <param name="Sale">As <paramref name="Order"/>.</param>
/// <param name="Sku">As <paramref name="Order"/>.</param>
/// <param name="User">As <paramref name="Order"/>.</param>
/// <param name="FirstFailedAt">When the first attempt failed.</param>
/// <param name="FailedAt">When it was given up.</param>
/// <param name="Note">Why the last replay came to nothing; null when there was none.</param>
/// <param name="Message">The message itself.</param>
public sealed record DeadLetter(
    long Id, string Topic, DeadLetterStatus Status, string Type, string Cause, string Error, string? Stack, string? Trace, int Attempt, string Origin,
    OrderId? Order, SaleId? Sale, SkuId? Sku, UserId? User, DateTimeOffset? FirstFailedAt, DateTimeOffset FailedAt, string? Note, DeadMessage Message);
