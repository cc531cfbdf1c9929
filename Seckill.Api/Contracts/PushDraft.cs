using System.Text.Json;

namespace Seckill.Api.Contracts;

/// <summary>One message to be sent.</summary>
/// <param name="Id">1 to 100 visible ASCII characters: sent again with the same id, it is the same message. Absent: from the header Idempotency-Key and the place in the batch; without that too, made by the server.</param>
/// <param name="Type"><c>notice</c> or <c>chat.message</c>.</param>
/// <param name="To">The receivers.</param>
/// <param name="Payload">By type, see <c>docs/push-protocol.md</c>; at most 8 KiB.</param>
/// <param name="Priority"><c>normal</c> or <c>high</c>; absent: the type's. Of a <c>chat.message</c> its metadata say it.</param>
/// <param name="Ttl">Seconds that it is worth delivering, 1 to 86,400; absent: the type's. Of a <c>chat.message</c> its metadata say it.</param>
public sealed record PushDraft(string? Id, string? Type, PushTarget? To, JsonElement? Payload, string? Priority, int? Ttl);
