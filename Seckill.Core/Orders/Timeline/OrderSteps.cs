namespace Seckill.Core.Orders.Timeline;

/// <summary>Names of the steps, in their order: permanent, pages and scripts go by them.</summary>
public static class OrderSteps
{
    /// <summary>The grab passed the gates and got its order id. Api's clock.</summary>
    public const string Accepted = "accepted";

    /// <summary>Redis reserved the unit. Redis' clock.</summary>
    public const string Decided = "decided";

    /// <summary>A relay read the outbox entry. Worker's clock, as all until <see cref="Appended"/>.</summary>
    public const string Taken = "taken";

    /// <summary>The message was given to Kafka.</summary>
    public const string Produced = "produced";

    /// <summary>The intake had the message in hand.</summary>
    public const string Received = "received";

    /// <summary>The transaction with the order's row was committed.</summary>
    public const string Committed = "committed";

    /// <summary>The result was put into the buyer's mailbox.</summary>
    public const string Appended = "appended";

    /// <summary>It was handed to a connection of the buyer's. Hub's clock, as the next.</summary>
    public const string Delivered = "delivered";

    /// <summary>The buyer's client confirmed it.</summary>
    public const string Acked = "acked";
}
