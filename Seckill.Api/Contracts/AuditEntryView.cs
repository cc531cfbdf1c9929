using System.Text.Json;
using Seckill.Core.Audit;

namespace Seckill.Api.Contracts;

/// <summary>One action of an operator, or one that he was refused.</summary>
/// <param name="Id">Grows with time.</param>
/// <param name="At">When it was asked for.</param>
/// <param name="Who">The token's user, or the name given to a command.</param>
/// <param name="Role"><c>viewer</c>, <c>operator</c>, <c>admin</c>; <c>buyer</c> where one was refused; <c>shell</c> for a command.</param>
/// <param name="Action"><c>sale.open</c> and the like; <c>access.refused</c>.</param>
/// <param name="Target"><c>sale/4711</c> and the like.</param>
/// <param name="Before">What was there, null when nothing was or it is not told.</param>
/// <param name="After">What is there now, or what was asked for.</param>
/// <param name="Address">From where.</param>
public sealed record AuditEntryView(
    string Id, DateTimeOffset At, string Who, string Role, string Action, string Target, JsonElement? Before, JsonElement? After, string? Address)
{
    internal static AuditEntryView Of(AuditEntry entry) => new(
        entry.Id.ToString(), entry.At, entry.Who, entry.Role, entry.Action, entry.Target, Parse(entry.Before), Parse(entry.After), entry.Address);

    private static JsonElement? Parse(string? json) => json is null ? null : JsonSerializer.Deserialize<JsonElement>(json);
}
