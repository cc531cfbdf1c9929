using Seckill.Core.Ids;
using StackExchange.Redis;

namespace Seckill.Core.WaitingRooms;

/// <summary>The Redis keys of one waiting room; what is in them, says <c>room-visit.lua</c>. They share a hash tag, and expire <see cref="KeptFor"/> after the last visit.</summary>
/// <remarks>About 250 bytes for everybody who waits or is admitted. Nothing here is the truth about a sale: who is forgotten asks for another place.</remarks>
internal sealed class RoomKeys(SaleId sale)
{
    /// <summary>How long a room is kept that nobody visits: 1 h, longer than any ticket.</summary>
    public static TimeSpan KeptFor { get; } = TimeSpan.FromHours(1);

    /// <summary>hash, zset, zset, zset: the room, who waits, who is admitted, and until when.</summary>
    public RedisKey[] All { get; } = [Named(sale, "room"), Named(sale, "waiting"), Named(sale, "admitted"), Named(sale, "deadlines")];

    private static RedisKey Named(SaleId sale, string part) => $"seckill:waiting-room:{{room:{sale}}}:{part}";
}
