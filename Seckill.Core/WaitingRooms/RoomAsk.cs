namespace Seckill.Core.WaitingRooms;

/// <summary>What a visit to a waiting room wants. The codes are those of <c>room-visit.lua</c>.</summary>
internal enum RoomAsk
{
    /// <summary>Only that the room moves on.</summary>
    MoveOn = 0,

    /// <summary>To know where a user stands; the user counts as heard.</summary>
    Look = 1,

    /// <summary>A place, or the one that the user has.</summary>
    Join = 2,
}
