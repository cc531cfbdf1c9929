namespace Seckill.Api.Contracts;

/// <summary>A position in the waiting room, a member of the problem that says to wait.</summary>
/// <param name="Place">The user's number.</param>
/// <param name="Ahead">Users who wait with a lower one.</param>
/// <param name="EstimatedWaitMs">How long it takes if none of them leaves.</param>
public sealed record RoomPositionView(long Place, long Ahead, long EstimatedWaitMs);
