using Seckill.Core.Ids;

namespace Seckill.Core.WaitingRooms;

/// <summary>Payload of <c>room.progress</c>.</summary>
internal sealed record RoomProgressPush(SaleId SaleId, long Head, long Waiting, int AdmitPerSecond, DateTimeOffset ServerTime);
