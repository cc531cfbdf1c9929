using System.Diagnostics.CodeAnalysis;
using Seckill.Core.Ids;

namespace Seckill.Core.Push.Messages;

/// <summary>To whom a queued message goes: one user, the watchers of a sale, or, with neither, everyone who is connected.</summary>
/// <param name="User">The user; null for the others.</param>
/// <param name="Sale">The sale whose watchers are meant; null for the others.</param>
public readonly record struct PushReceiver(UserId? User, SaleId? Sale)
{
    private const string GroupPrefix = "sale:";
    private const string Everyone = "*";

    /// <summary>Everyone who is connected.</summary>
    public static readonly PushReceiver All;

    /// <summary>Which audience of a type this is.</summary>
    public PushAudience Audience => User is not null ? PushAudience.User : Sale is not null ? PushAudience.Watchers : PushAudience.All;

    /// <summary>One user.</summary>
    public static PushReceiver Of(UserId user) => new(user, null);

    /// <summary>Everyone who watches a sale.</summary>
    public static PushReceiver Of(SaleId sale) => new(null, sale);

    /// <summary>Reads what <see cref="ToString"/> wrote. No user id has a colon or an asterisk, so the three cannot be mixed up.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PushReceiver receiver)
    {
        receiver = default;
        if (text == Everyone)
        {
            return true;
        }

        if (TryParseGroup(text, out SaleId sale))
        {
            receiver = Of(sale);
            return true;
        }

        bool isUser = UserId.TryParse(text, out UserId user);
        receiver = isUser ? Of(user) : default;
        return isUser;
    }

    /// <summary>Reads the name of a group: <c>sale:{id}</c>, the watchers of a sale. There are no others.</summary>
    public static bool TryParseGroup([NotNullWhen(true)] string? text, out SaleId sale)
    {
        sale = default;
        return text is not null && text.StartsWith(GroupPrefix, StringComparison.Ordinal) && SaleId.TryParse(text.AsSpan(GroupPrefix.Length), out sale);
    }

    /// <summary>The user's id, <c>sale:{id}</c>, or <c>*</c>: also the key in Kafka, which keeps the messages of one receiver in order.</summary>
    public override string ToString() => User is { } user ? user.Value : Sale is { } sale ? $"{GroupPrefix}{sale}" : Everyone;
}
