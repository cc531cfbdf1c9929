namespace Seckill.Core.WaitingRooms;

/// <summary>What became of a visit to a waiting room.</summary>
public enum RoomOutcome
{
    /// <summary>The user waits.</summary>
    Waiting,

    /// <summary>The user may ask for grab tokens.</summary>
    Admitted,

    /// <summary>The user has left, or will have unless heard of again.</summary>
    Left,

    /// <summary>A grab would be refused whatever the room says.</summary>
    Refused,

    /// <summary>The sale has no waiting room.</summary>
    NoRoom,

    /// <summary>As many wait as may; nobody who waits is put out for a newcomer.</summary>
    Full,

    /// <summary>The user is not in the room: never joined, or the admission is over.</summary>
    NotJoined,

    /// <summary>The place of the ticket is not the user's any more: left, silent for too long, or the admission is over.</summary>
    PlaceLost,

    /// <summary>The ticket is from before Redis forgot the room.</summary>
    Emptied,

    /// <summary>No ticket, or one that is not ours, not this user's or not this sale's: one name for all.</summary>
    TicketInvalid,

    /// <summary>The ticket is too old. The place is kept.</summary>
    TicketExpired,

    /// <summary>The user visits too often.</summary>
    Throttled,

    /// <summary>Redis does not answer; nothing is lost, and joining again finds the place.</summary>
    Unavailable,
}
