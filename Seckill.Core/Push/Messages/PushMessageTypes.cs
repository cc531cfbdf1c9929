using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Seckill.Core.Push.Messages;

/// <summary>The registry: every type of pushed message, once. <c>docs/push-protocol.md</c> shows the same table, and a test holds the two together.</summary>
public static class PushMessageTypes
{
    // An outcome is worth knowing until the order list is what people look at.
    private static readonly TimeSpan OutcomeTtl = TimeSpan.FromHours(24);

    /// <summary>See <see cref="PushTypes.OrderCreated"/>.</summary>
    public static readonly PushMessageType OrderCreated = Outcome(PushTypes.OrderCreated);

    /// <summary>See <see cref="PushTypes.OrderPaid"/>.</summary>
    public static readonly PushMessageType OrderPaid = Outcome(PushTypes.OrderPaid);

    /// <summary>See <see cref="PushTypes.OrderCancelled"/>.</summary>
    public static readonly PushMessageType OrderCancelled = Outcome(PushTypes.OrderCancelled);

    /// <summary>See <see cref="PushTypes.OrderRefunded"/>.</summary>
    public static readonly PushMessageType OrderRefunded = Outcome(PushTypes.OrderRefunded);

    /// <summary>See <see cref="PushTypes.OrderFailed"/>.</summary>
    public static readonly PushMessageType OrderFailed = Outcome(PushTypes.OrderFailed);

    /// <summary>See <see cref="PushTypes.SaleStock"/>.</summary>
    public static readonly PushMessageType SaleStock = News(PushTypes.SaleStock) with { KeepsLatest = true };

    /// <summary>See <see cref="PushTypes.UnitsReturned"/>.</summary>
    public static readonly PushMessageType UnitsReturned = News(PushTypes.UnitsReturned);

    /// <summary>See <see cref="PushTypes.SaleState"/>.</summary>
    public static readonly PushMessageType SaleState = News(PushTypes.SaleState) with { KeepsLatest = true };

    /// <summary>See <see cref="PushTypes.RoomProgress"/>.</summary>
    public static readonly PushMessageType RoomProgress = News(PushTypes.RoomProgress) with { KeepsLatest = true };

    /// <summary>See <see cref="PushTypes.Position"/>.</summary>
    public static readonly PushMessageType Position = new(PushTypes.Position, PushAudience.Connection, PushPriority.Normal, TimeSpan.Zero);

    /// <summary>See <see cref="PushTypes.ChatMessage"/>.</summary>
    public static readonly PushMessageType ChatMessage = new(PushTypes.ChatMessage, PushAudience.User, PushPriority.Normal, TimeSpan.FromHours(24)) { IsFromOperators = true };

    /// <summary>See <see cref="PushTypes.Notice"/>.</summary>
    public static readonly PushMessageType Notice =
        new(PushTypes.Notice, PushAudience.User | PushAudience.Watchers | PushAudience.All, PushPriority.Normal, TimeSpan.FromHours(1)) { IsFromOperators = true };

    /// <summary>All of them, in the order of the document.</summary>
    public static IReadOnlyList<PushMessageType> All { get; } =
    [
        OrderCreated, OrderPaid, OrderCancelled, OrderRefunded, OrderFailed, SaleStock, UnitsReturned, SaleState, RoomProgress, Position, ChatMessage, Notice,
    ];

    private static readonly FrozenDictionary<string, PushMessageType> ByName = All.ToFrozenDictionary(type => type.Name);

    /// <summary>Finds a type by its name.</summary>
    public static bool TryFind(string? name, [NotNullWhen(true)] out PushMessageType? type)
    {
        type = null;
        return name is not null && ByName.TryGetValue(name, out type);
    }

    private static PushMessageType Outcome(string name) => new(name, PushAudience.User, PushPriority.High, OutcomeTtl);

    private static PushMessageType News(string name) => new(name, PushAudience.Watchers, PushPriority.Normal, SaleBroadcaster.LatestLifetime);
}
