using StackExchange.Redis;

namespace Seckill.Core.Identity;

/// <summary>The Redis keys of revocations. They share a hash tag; each expires with the last token that it speaks of.</summary>
internal static class RevocationKeys
{
    /// <summary>sorted set: <see cref="Revocation"/> as text -> the version under which it was noted, so that a node reads what it has not seen.</summary>
    public static readonly RedisKey Log = "{seckill:revoked}:log";

    /// <summary>sorted set: the same texts -> Unix s when they can go.</summary>
    public static readonly RedisKey Expiry = "{seckill:revoked}:expiry";

    /// <summary>string: rises with every revocation, never below the clock in ms.</summary>
    public static readonly RedisKey Version = "{seckill:revoked}:version";

    /// <summary>Channel of versions: something was revoked. A lost message is mended by the nodes' poll of <see cref="Version"/>.</summary>
    public const string Channel = "seckill:revoked:changed";
}
