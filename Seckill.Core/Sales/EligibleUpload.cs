namespace Seckill.Core.Sales;

/// <summary>What became of users who were to be put on a sale's list.</summary>
/// <param name="Outcome">The answer.</param>
/// <param name="Sale">The sale as it is now; null unless they are listed.</param>
/// <param name="Listed">Users on the list now; 0 unless they are listed.</param>
public sealed record EligibleUpload(EligibleUploadOutcome Outcome, Sale? Sale = null, int Listed = 0);
