namespace Seckill.Client.Shop;

/// <summary>How a <see cref="NewSale"/> lets users in; what is null keeps the Api's default.</summary>
/// <param name="GrabToken">Whether a grab needs a grab token: <c>none</c>, <c>required</c> or <c>single-use</c>.</param>
/// <param name="ProofOfWorkBits">Leading zero bits of the proof of work that a grab token costs, 0 to 22.</param>
/// <param name="WaitingRoom">The waiting room before the grab tokens; a sale that has one needs grab tokens.</param>
/// <param name="RatePerSecond">Grabs per second over all nodes, 0 for no limit.</param>
/// <param name="Burst">Grabs that may come at once on top of the rate.</param>
public sealed record NewSaleAdmission(string? GrabToken = null, int? ProofOfWorkBits = null, NewWaitingRoom? WaitingRoom = null, int? RatePerSecond = null, int? Burst = null);
