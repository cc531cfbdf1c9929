namespace Seckill.LoadTests.Target;

/// <summary>The <c>admission</c> of a sale that is to be made; what is null keeps the Api's default.</summary>
/// <param name="GrabToken">none, required or single-use.</param>
/// <param name="WaitingRoom">The sale's waiting room.</param>
/// <param name="RatePerSecond">Grabs per second over all nodes.</param>
/// <param name="Burst">Grabs that may come at once on top of the rate.</param>
public sealed record AdmissionRequest(string? GrabToken = null, WaitingRoomRequest? WaitingRoom = null, int? RatePerSecond = null, int? Burst = null);
