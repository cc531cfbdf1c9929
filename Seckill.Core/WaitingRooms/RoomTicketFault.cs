namespace Seckill.Core.WaitingRooms;

/// <summary>Why a ticket is refused before the room is asked. For metrics and tests: the caller hears Expired, or that it is not valid.</summary>
public enum RoomTicketFault
{
    /// <summary>It is good.</summary>
    None = 0,

    /// <summary>None was shown.</summary>
    Missing = 1,

    /// <summary>Not ours: malformed, of another version, or signed by nobody we know.</summary>
    Forged = 2,

    /// <summary>Another user's or sale's.</summary>
    Foreign = 3,

    /// <summary>Its time is over. The place is not: joining again finds it.</summary>
    Expired = 4,
}
