namespace Seckill.LoadTests.Audit;

/// <summary>One user's turn in a waiting room, as the user was told.</summary>
/// <param name="User">Which user.</param>
/// <param name="Place">The number.</param>
/// <param name="AdmittedUntil">When the admission ends, by the room's own clock: all last equally long, so these are as far apart as the admissions were.</param>
public readonly record struct RoomTurn(int User, long Place, DateTimeOffset AdmittedUntil);
