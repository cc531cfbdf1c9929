namespace Seckill.Api.Contracts;

/// <summary>A page of the audit log.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="Next">For <c>before</c>, to get the next page; null when this is the last.</param>
public sealed record AuditList(IReadOnlyList<AuditEntryView> Entries, string? Next);
