using Seckill.Core.Messaging;

namespace Seckill.Core.Orders;

/// <summary>One reservation and what became of it.</summary>
/// <param name="Reservation">The reservation.</param>
/// <param name="Verdict">What became of it.</param>
/// <param name="Price">Price of the order; 0 when there is none.</param>
/// <param name="Reason">One of <see cref="OrderFailure"/> when failed, rejected or deferred.</param>
/// <param name="IsNew">True when this very transaction wrote the row; false for a redelivery.</param>
/// <param name="PayBy">Until when a created order can be paid; null for every other verdict.</param>
internal sealed record IntakeOutcome(ReservationMessage Reservation, IntakeVerdict Verdict, decimal Price, string? Reason, bool IsNew, DateTimeOffset? PayBy = null)
{
    /// <summary>The exception behind the verdict; null when a check of ours decided.</summary>
    public Exception? Fault { get; init; }
}
