using System.Text;

namespace Seckill.Core.Ids;

/// <summary>Maps a user to one of <see cref="SnowflakeIds.ShardCount"/> shards, the same on every node and for ever.</summary>
public static class UserShard
{
    /// <summary>FNV-1a over the id's bytes, folded to 6 bits. Fixed: order ids in MySQL carry the answer.</summary>
    public static int Of(UserId user)
    {
        Span<byte> bytes = stackalloc byte[IdText.MaxLength * 3];
        int length = Encoding.UTF8.GetBytes(user.Value.AsSpan(0, Math.Min(user.Value.Length, IdText.MaxLength)), bytes);
        uint hash = 2166136261;
        foreach (byte b in bytes[..length])
        {
            hash = (hash ^ b) * 16777619;
        }

        return (int)((hash ^ (hash >> 16)) & (SnowflakeIds.ShardCount - 1));
    }
}
