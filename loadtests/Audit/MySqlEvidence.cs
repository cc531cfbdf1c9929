namespace Seckill.LoadTests.Audit;

/// <summary>The rows of a SKU.</summary>
/// <param name="Orders">All of them, of any status.</param>
/// <param name="GuardUnits">Units by the guard row.</param>
/// <param name="GuardSold">Sold by the guard row.</param>
public sealed record MySqlEvidence(IReadOnlyList<AuditedOrder> Orders, int GuardUnits, int GuardSold);
