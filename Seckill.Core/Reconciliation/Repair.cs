using System.Text.Json.Serialization;

namespace Seckill.Core.Reconciliation;

/// <summary>What mends a <see cref="Difference"/> safely, at any moment and however often.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Repair>))]
public enum Repair
{
    /// <summary>Nothing that could be done without a person.</summary>
    None,

    /// <summary>Sends the reservation to Kafka again; the intake is idempotent.</summary>
    Republish,

    /// <summary>Gives the unit back, by order id, exactly once.</summary>
    Release,

    /// <summary>Fences the bucket: the guardian drains the pipeline and rebuilds it from the orders. Stock is never computed from rows while anything is under way. Not done for sales that the guardian no longer watches (<see cref="Stock.Recovery.RecoveryOptions.WatchAfterEnd"/>).</summary>
    Rebuild,

    /// <summary>Counts the active orders again while the guard's row is locked.</summary>
    Recount,
}
