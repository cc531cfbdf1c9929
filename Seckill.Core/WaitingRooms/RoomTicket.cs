using Seckill.Core.Ids;

namespace Seckill.Core.WaitingRooms;

/// <summary>What a ticket says.</summary>
/// <param name="Sale">The sale whose room it is.</param>
/// <param name="User">Whose place.</param>
/// <param name="Epoch">Which life of the room.</param>
/// <param name="Place">The number, from 1.</param>
public readonly record struct RoomTicket(SaleId Sale, UserId User, long Epoch, long Place);
