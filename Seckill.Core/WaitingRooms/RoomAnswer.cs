namespace Seckill.Core.WaitingRooms;

/// <summary>What <c>room-visit.lua</c> says of a user. The codes are the script's.</summary>
public enum RoomAnswer
{
    /// <summary>The user has no place, or not the one that the ticket names.</summary>
    None = 0,

    /// <summary>The user waits.</summary>
    Waiting = 1,

    /// <summary>The user may ask for grab tokens.</summary>
    Admitted = 2,

    /// <summary>As many wait as may.</summary>
    Full = 3,

    /// <summary>The ticket is from before Redis forgot the room.</summary>
    Emptied = 4,
}
