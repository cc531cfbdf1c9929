using System.Text.Json.Serialization;

namespace Seckill.Client.Push;

/// <summary>Payload of <see cref="PushTypes.Notice"/>.</summary>
/// <param name="Severity"><c>info</c> or <c>warning</c>.</param>
/// <param name="Title">1 to 200 characters.</param>
/// <param name="Text">Up to 2,000 characters; null for none.</param>
/// <param name="Link">An https address; null for none.</param>
public sealed record Notice(
    string Severity, string Title, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Link = null);
