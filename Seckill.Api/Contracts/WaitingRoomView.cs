using Seckill.Core.WaitingRooms;

namespace Seckill.Api.Contracts;

/// <summary>Where a user stands in a waiting room.</summary>
/// <param name="State"><c>waiting</c> or <c>admitted</c>.</param>
/// <param name="Ticket">Shows which place this is; each answer brings a new one, the last one counts longest.</param>
/// <param name="Place">The user's number. Admissions go in the order of places.</param>
/// <param name="Ahead">Users who wait with a lower one.</param>
/// <param name="EstimatedWaitMs">How long it takes if none of them leaves; 0 when admitted.</param>
/// <param name="LookAgainMs">How often to ask while waiting: a place whose page is not heard is given away. 0 when admitted.</param>
/// <param name="AdmittedUntil">When admitted: until when grab tokens may be asked for.</param>
/// <param name="ServerTime">The time of the room.</param>
public sealed record WaitingRoomView(
    string State, string Ticket, long Place, long Ahead, long EstimatedWaitMs, long LookAgainMs, DateTimeOffset? AdmittedUntil, DateTimeOffset ServerTime)
{
    /// <summary>Of a visit that gave or found a place.</summary>
    public static WaitingRoomView Of(in RoomVisit visit)
    {
        bool admitted = visit.Outcome is RoomOutcome.Admitted;
        RoomStanding standing = visit.Standing;
        return new WaitingRoomView(
            admitted ? "admitted" : "waiting", visit.Ticket!, standing.Place, standing.Ahead, (long)visit.Wait.TotalMilliseconds, (long)visit.LookAgain.TotalMilliseconds,
            admitted ? standing.At + standing.Left : null, standing.At);
    }
}
