namespace Seckill.Core.WaitingRooms;

/// <summary>Where a user stands in a waiting room, and how the room stands. All times are those of the Redis server.</summary>
/// <param name="Answer">Whether the user waits, is admitted or has no place.</param>
/// <param name="Epoch">Which life of the room this is; a room that Redis forgot begins another.</param>
/// <param name="Place">The user's number, from 1; 0 for none.</param>
/// <param name="Ahead">Users who wait with a lower one.</param>
/// <param name="Head">The last number that left the queue.</param>
/// <param name="Waiting">Users who wait.</param>
/// <param name="Left">What is left of the admission.</param>
/// <param name="At">The server's time.</param>
public readonly record struct RoomStanding(RoomAnswer Answer, long Epoch, long Place, long Ahead, long Head, long Waiting, TimeSpan Left, DateTimeOffset At)
{
    /// <summary>Users who may look as often as a small room lets them; a larger crowd looks less often in proportion, and is given the time. <c>room-visit.lua</c> has the same number.</summary>
    private const double Crowd = 20_000;

    /// <summary>How often a page should look: a quarter of the silence after which its place is free, so that three lost looks in a row cost nothing.</summary>
    /// <param name="silence">That of a small room.</param>
    public TimeSpan LookEvery(TimeSpan silence) => silence / 4 * Math.Max(1, Waiting / Crowd);

    /// <summary>How long until the user is admitted, if nobody ahead leaves. An upper bound: who leaves or falls silent makes it shorter.</summary>
    /// <param name="admitPerSecond">The room's rate.</param>
    public TimeSpan EstimateAt(int admitPerSecond) => Answer is RoomAnswer.Waiting ? TimeSpan.FromMilliseconds(Math.Ceiling((Ahead + 1) * 1000.0 / admitPerSecond)) : TimeSpan.Zero;
}
