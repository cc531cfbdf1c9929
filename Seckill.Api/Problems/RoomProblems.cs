using Seckill.Api.Contracts;
using Seckill.Core.WaitingRooms;

namespace Seckill.Api.Problems;

/// <summary>The one place where what a waiting room says becomes a problem.</summary>
public static class RoomProblems
{
    /// <summary>The answer to a visit that gave no place; for <see cref="RoomOutcome.Waiting"/> the answer to whoever may not ask for a grab token yet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The visit is no refusal.</exception>
    public static ProblemResult Of(RoomVisit visit) => visit.Outcome switch
    {
        RoomOutcome.Refused => GrabProblems.Of(visit.Refusal),
        RoomOutcome.Waiting => new ProblemResult(
            ProblemTypes.WaitingRoom, retryAfter: visit.Wait, position: new RoomPositionView(visit.Standing.Place, visit.Standing.Ahead, (long)visit.Wait.TotalMilliseconds)),
        _ => new ProblemResult(TypeOf(visit.Outcome), retryAfter: visit.Wait),
    };

    private static ProblemType TypeOf(RoomOutcome outcome) => outcome switch
    {
        RoomOutcome.NoRoom => ProblemTypes.NoWaitingRoom,
        RoomOutcome.Full => ProblemTypes.WaitingRoomFull,
        RoomOutcome.NotJoined => ProblemTypes.WaitingRoomRequired,
        RoomOutcome.PlaceLost => ProblemTypes.WaitingRoomPlaceLost,
        RoomOutcome.Emptied => ProblemTypes.WaitingRoomEmptied,
        RoomOutcome.TicketInvalid => ProblemTypes.WaitingRoomTicketInvalid,
        RoomOutcome.TicketExpired => ProblemTypes.WaitingRoomTicketExpired,
        RoomOutcome.Throttled => ProblemTypes.ThrottledVisits,
        RoomOutcome.Unavailable => ProblemTypes.WaitingRoomUnavailable,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not a refusal."),
    };
}
