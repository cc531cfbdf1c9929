namespace Seckill.LoadTests.Audit;

/// <summary>What the crowd saw of a waiting room.</summary>
/// <param name="AdmitPerSecond">The room's rate.</param>
/// <param name="Joined">Users who were given a place.</param>
/// <param name="Turns">Admissions, one per user.</param>
public sealed record RoomEvidence(int AdmitPerSecond, int Joined, IReadOnlyList<RoomTurn> Turns);
