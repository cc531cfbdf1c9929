using Seckill.Core.Reconciliation;

namespace Seckill.Api.Contracts;

/// <summary>The latest reports of reconciliation, newest first. Those of a schedule are kept only when they found something, so none at all is good news.</summary>
/// <param name="Reports">At most <see cref="MaxReports"/>.</param>
public sealed record ReconciliationList(IReadOnlyList<ReconciliationReport> Reports)
{
    /// <summary>Reports handed out.</summary>
    public const int MaxReports = 10;
}
