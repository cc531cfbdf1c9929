using System.Text.Json;

namespace Seckill.Chaos.Crowds;

/// <summary>One envelope as it came over the wire, repetitions included.</summary>
/// <param name="At">When it came, UTC.</param>
/// <param name="Connection">Which connection of this listener, from 1.</param>
/// <param name="Epoch">Life of the mailbox, as told by the last <c>push.position</c> before it.</param>
/// <param name="Seq">Place in the mailbox; 0 for what is stored nowhere.</param>
/// <param name="Id">Idempotency key.</param>
/// <param name="Type">What it says.</param>
/// <param name="Payload">By type.</param>
internal sealed record ReceivedPush(DateTime At, int Connection, string Epoch, long Seq, string Id, string Type, JsonElement Payload)
{
    public string? OrderId => Text("orderId");

    public string? Status => Text("status");

    /// <summary>The server says that something before this cannot be had any more: the client must read the state by HTTP.</summary>
    public bool IsGap => Type == "push.position" && !Payload.GetProperty("recovered").GetBoolean();

    private string? Text(string name) =>
        Payload.ValueKind == JsonValueKind.Object && Payload.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
