using Microsoft.Extensions.Options;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using StackExchange.Redis;

namespace Seckill.Core.WaitingRooms;

/// <summary>The waiting rooms in Redis, by <c>room-visit.lua</c> and <c>room-leave.lua</c>. Thread-safe; one round trip each.</summary>
/// <remarks>Nobody has the duty of admitting: each visit, whoever's, admits those whose turn has come by the server's clock. A room without visits has nobody to admit.</remarks>
internal sealed class RoomStore(RedisConnection redis, IOptions<WaitingRoomOptions> options)
{
    private static readonly RedisScript Visit = RedisScript.Load("room-visit.lua");
    private static readonly RedisScript Leave = RedisScript.Load("room-leave.lua");

    private readonly WaitingRoomOptions _options = options.Value;

    /// <summary>Visits a room.</summary>
    /// <param name="sale">The sale.</param>
    /// <param name="room">Its rate and size.</param>
    /// <param name="ask">What for.</param>
    /// <param name="user">Who asks; default for <see cref="RoomAsk.MoveOn"/>.</param>
    /// <param name="ticket">What a look shows; default for none, then any place of the user's counts.</param>
    /// <exception cref="TimeoutException">No reply in time. Who joined may have a place: joining again finds it.</exception>
    /// <exception cref="RedisException">Refused, or no connection.</exception>
    public async Task<RoomStanding> VisitAsync(SaleId sale, SaleWaitingRoom room, RoomAsk ask, UserId user = default, RoomTicket ticket = default)
    {
        RedisValue[] arguments =
        [
            (int)ask, user.Value ?? string.Empty, ticket.Epoch, ticket.Place, room.AdmitPerSecond, room.MaxWaiting, Milliseconds(_options.Silence), Milliseconds(_options.AdmissionLifetime),
            Milliseconds(RoomKeys.KeptFor),
        ];
        long[] reply = (long[])(await redis.RunAsync(db => Visit.RunAsync(db, new RoomKeys(sale).All, arguments)))!;
        RoomMetrics.Admitted.Add(reply[8]);
        RoomMetrics.FellSilent.Add(reply[9]);
        return new RoomStanding(
            (RoomAnswer)reply[0], reply[1], reply[2], reply[3], reply[4], reply[5], TimeSpan.FromMilliseconds(reply[6]), DateTimeOffset.FromUnixTimeMilliseconds(reply[7]));
    }

    /// <summary>Gives a place back.</summary>
    /// <param name="ticket">Whose, and which.</param>
    /// <param name="pageClosed">True: only unless it is heard of again within <see cref="WaitingRoomOptions.ClosingGrace"/>.</param>
    /// <returns>False: the user does not have that place.</returns>
    /// <exception cref="TimeoutException">No reply in time. What was not given back ends with the silence of its page.</exception>
    /// <exception cref="RedisException">Refused, or no connection.</exception>
    public async Task<bool> LeaveAsync(RoomTicket ticket, bool pageClosed)
    {
        RedisValue[] arguments = [ticket.User.Value, ticket.Epoch, ticket.Place, pageClosed ? Milliseconds(_options.ClosingGrace) : 0];
        return (int)await redis.RunAsync(db => Leave.RunAsync(db, new RoomKeys(ticket.Sale).All, arguments)) == 1;
    }

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
