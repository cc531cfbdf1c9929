using StackExchange.Redis;

namespace Seckill.Core.Push;

/// <summary>The Redis keys of the hub's own directory: which nodes live, and how many they have. Who is where stands with each user, see <see cref="MailboxKeys"/>.</summary>
public static class PresenceKeys
{
    /// <summary>hash: hub node -> end of its lease in ms. Expires with the last lease.</summary>
    public static RedisKey Nodes => "{seckill:hub:push}:nodes";

    /// <summary>hash: hub node -> its <see cref="NodeFigures"/> as JSON. A field counts only while the node's lease stands.</summary>
    public static RedisKey Figures => "{seckill:hub:push}:figures";
}
