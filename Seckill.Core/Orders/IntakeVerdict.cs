namespace Seckill.Core.Orders;

/// <summary>What became of one reservation in the database.</summary>
internal enum IntakeVerdict
{
    /// <summary>An order pending payment stands, written now or before.</summary>
    Created = 0,

    /// <summary>A failed order stands; its unit goes back and its user is told why.</summary>
    Failed = 1,

    /// <summary>No row can stand for it: its id belongs to another order, or its values are refused. As failed, and a dead letter besides.</summary>
    Rejected = 2,

    /// <summary>The order has gone on (paid or cancelled) since it was written: nothing is left to say.</summary>
    Settled = 3,

    /// <summary>Nothing was written, for a reason of this message's that may pass: it is tried again later, and rejected when all retries are spent.</summary>
    Deferred = 4,

    /// <summary>Reserved in a former life of its bucket. No row stands; <see cref="StaleReservations"/> judges it.</summary>
    Stale = 5,
}
