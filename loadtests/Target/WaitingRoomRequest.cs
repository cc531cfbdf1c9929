namespace Seckill.LoadTests.Target;

/// <summary>The <c>waitingRoom</c> of an <see cref="AdmissionRequest"/>.</summary>
/// <param name="AdmitPerSecond">Users let in per second.</param>
public sealed record WaitingRoomRequest(int AdmitPerSecond);
