namespace Seckill.Core.Sales;

/// <summary>What became of an edit.</summary>
/// <param name="Outcome">Whether it was edited.</param>
/// <param name="Sale">The sale as it is now; null when it is unknown.</param>
public sealed record SaleEdit(SaleEditOutcome Outcome, Sale? Sale);
