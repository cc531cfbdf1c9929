using System.Text.Json.Serialization;

namespace Seckill.Api.Contracts;

/// <summary>What became of one message.</summary>
/// <param name="Id">The id that its receivers see.</param>
/// <param name="Accepted">Receivers for whom it will be delivered, a group or all being one.</param>
/// <param name="Unknown">Receivers of whom that is not known: users, <c>sale:{saleId}</c> or <c>*</c>. Absent when there is none.</param>
public sealed record PushedMessage(
    string Id, int Accepted, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Unknown);
