using System.Text.Json.Serialization;

namespace Seckill.Core.Reconciliation;

/// <summary>Every way in which Redis, Kafka and MySQL can disagree about a sale that is at rest. Names are permanent: docs/reconciliation.md explains each.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Difference>))]
public enum Difference
{
    /// <summary>Redis lacks a bucket that was warmed or sold from. Mended by a recovery.</summary>
    BucketMissing,

    /// <summary>The bucket lives in another epoch than MySQL names: an old replica, or a MySQL that went back. Mended by a recovery.</summary>
    BucketBehind,

    /// <summary>A batch of winners has been waiting for Kafka for too long: no relay runs, or Kafka is away. Reported.</summary>
    OutboxStuck,

    /// <summary>Redis holds a unit for an order that is in no table: Kafka lost the message. Mended by sending it again.</summary>
    ReservationWithoutOrder,

    /// <summary>An active order's unit is not held in Redis, and could be sold again. Mended by a recovery.</summary>
    OrderWithoutReservation,

    /// <summary>Redis holds a unit for an order that failed, was cancelled or refunded: the release was cut off. Mended by releasing it.</summary>
    FailedOrderHoldsUnit,

    /// <summary>Redis and MySQL name different slots for one order: the user's next order could meet a slot that is taken. Mended by a recovery.</summary>
    SlotMismatch,

    /// <summary>Redis holds a unit under another user, or another sale, than the order's row has: two nodes made one id. Reported: a person must look.</summary>
    WrongHolder,

    /// <summary>Units left and units held do not add up to the units offered. Mended by a recovery.</summary>
    StockDrift,

    /// <summary>The guard in MySQL counts other than the active orders. Mended by counting under its lock.</summary>
    GuardMiscounts,
}
