namespace Seckill.Core.Reconciliation;

/// <summary>One difference found.</summary>
/// <param name="Difference">Its name.</param>
/// <param name="Bucket"><c>sale:sku:index</c>.</param>
/// <param name="OrderId">The order, when it is about one.</param>
/// <param name="UserId">Its user.</param>
/// <param name="Detail">The figures, for people.</param>
/// <param name="Repair">What would mend it.</param>
/// <param name="Repaired">True when that was done, or begun.</param>
public sealed record Finding(Difference Difference, string Bucket, string? OrderId, string? UserId, string Detail, Repair Repair, bool Repaired);
