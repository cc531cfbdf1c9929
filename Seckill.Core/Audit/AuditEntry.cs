namespace Seckill.Core.Audit;

/// <summary>One entry of the audit log.</summary>
/// <param name="Id">Grows with time.</param>
/// <param name="At">When the action was asked for.</param>
/// <param name="Who">By whom.</param>
/// <param name="Role">In which role.</param>
/// <param name="Action">What, see <see cref="AuditNote.Action"/>.</param>
/// <param name="Target">To what.</param>
/// <param name="Before">JSON; null when nothing was there.</param>
/// <param name="After">JSON; null when nothing is there.</param>
/// <param name="Address">From where; null when that is not known.</param>
public sealed record AuditEntry(long Id, DateTimeOffset At, string Who, string Role, string Action, string Target, string? Before, string? After, string? Address);
