using Seckill.Core.Sales;

namespace Seckill.Api.Contracts;

/// <summary>How a sale lets users in; in a new sale every part may be absent.</summary>
/// <param name="RatePerSecond">Grabs per second over all nodes, 0 to 1,000,000; absent or 0: no limit.</param>
/// <param name="Burst">Grabs that may come at once on top of the rate, 1 to 1,000,000; absent: as many as one second's.</param>
/// <param name="GrabToken">Whether a grab needs a grab token; absent: none.</param>
/// <param name="ProofOfWorkBits">Leading zero bits of the proof of work that a grab token costs, 0 to 22; absent or 0: none.</param>
/// <param name="WaitingRoom">The waiting room before the grab tokens; absent: none.</param>
public sealed record SaleAdmissionView(int? RatePerSecond, int? Burst, GrabTokenMode? GrabToken, int? ProofOfWorkBits, SaleWaitingRoomView? WaitingRoom = null)
{
    public static SaleAdmissionView Of(SaleAdmission admission) => new(
        admission.RatePerSecond, admission.Burst, admission.GrabToken, admission.ProofOfWorkBits,
        admission.WaitingRoom is { } room ? new SaleWaitingRoomView(room.AdmitPerSecond, room.MaxWaiting) : null);
}
