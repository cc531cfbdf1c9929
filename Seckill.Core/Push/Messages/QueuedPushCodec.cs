using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Confluent.Kafka;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;

namespace Seckill.Core.Push.Messages;

/// <summary>
/// Writes queued messages into Kafka records and reads them back: JSON <c>{ id, type, to, priority, ttl, at, by, payload }</c>, keyed by <c>to</c>.
/// </summary>
/// <remarks>What is read is checked as strictly as what the Api takes: whoever can write to Kafka can neither speak for the engine (<c>order.*</c>) nor send a payload that clients do not expect.</remarks>
public static class QueuedPushCodec
{
    /// <summary>Most bytes of a value: a payload and what stands around it.</summary>
    public const int MaxBytes = PushEnvelope.MaxPayloadBytes + 1_024;

    /// <summary>How what others wrote is parsed: readers differ in which of two members of a name they take, and no payload of ours is nearly as deep.</summary>
    public static JsonDocumentOptions Strict { get; } = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    // Letters of all scripts stay as they are: escaped, most would take twice or three times the room. (What lies beyond 16 bits, as emoji do, is escaped by every encoder of the library: twelve bytes each.)
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes the record: keyed by the receiver, typed, with the current trace when there is one.</summary>
    public static KafkaRecord Encode(QueuedPush push)
    {
        List<KeyValuePair<string, string>> headers = [new(MessageHeaders.Type, QueuedPush.Version)];
        if (Activity.Current?.Id is { } trace)
        {
            headers.Add(new(MessageHeaders.TraceParent, trace));
        }

        ArrayBufferWriter<byte> value = new(push.PayloadJson.Length + 256);
        using Utf8JsonWriter json = new(value, Plain);
        json.WriteStartObject();
        json.WriteString("id"u8, push.Id);
        json.WriteString("type"u8, push.Type.Name);
        json.WriteString("to"u8, push.To.ToString());
        json.WriteString("priority"u8, push.Priority == PushPriority.High ? "high"u8 : "normal"u8);
        json.WriteNumber("ttl"u8, (long)push.Ttl.TotalSeconds);
        json.WriteString("at"u8, push.At);
        json.WriteString("by"u8, push.By.Value);
        json.WritePropertyName("payload"u8);
        json.WriteRawValue(push.PayloadJson.Span);
        json.WriteEndObject();
        json.Flush();
        return new KafkaRecord(KafkaTopics.Push.Name, Encoding.UTF8.GetBytes(push.To.ToString()), value.WrittenSpan.ToArray(), headers);
    }

    /// <summary>Reads a message.</summary>
    /// <returns>The message, or null and the reason why this can never be delivered.</returns>
    public static (QueuedPush? Push, string? Fault) Decode(Message<byte[]?, byte[]> message)
    {
        string? version = MessageHeaders.Read(message.Headers, MessageHeaders.Type);
        if (version != QueuedPush.Version)
        {
            return (null, version is null ? "no type header" : $"unknown type '{(version.Length > 64 ? version[..64] : version)}'");
        }

        if (message.Value is not { Length: > 0 and <= MaxBytes } value)
        {
            return (null, $"value has {message.Value?.Length ?? 0} bytes, not 1 to {MaxBytes}");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(value, Strict);
            return Read(document.RootElement, message.Key);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return (null, $"value is not a push: {fault.Message}");
        }
    }

    /// <summary>A payload as it travels: without white space, and with nothing escaped that need not be.</summary>
    public static byte[] Compact(JsonElement payload)
    {
        ArrayBufferWriter<byte> bytes = new(512);
        using Utf8JsonWriter json = new(bytes, Plain);
        payload.WriteTo(json);
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>The priority of a text; null for any other than <c>normal</c> and <c>high</c>.</summary>
    public static PushPriority? PriorityOf(string? text) => text switch { "normal" => PushPriority.Normal, "high" => PushPriority.High, _ => null };

    private static (QueuedPush? Push, string? Fault) Read(JsonElement value, byte[]? key)
    {
        string id = value.GetProperty("id").GetString() ?? string.Empty;
        if (!id.StartsWith(QueuedPush.IdPrefix, StringComparison.Ordinal) || !QueuedPush.IsGivenId(id[QueuedPush.IdPrefix.Length..]))
        {
            return (null, "id is not an operator's");
        }

        if (!PushMessageTypes.TryFind(value.GetProperty("type").GetString(), out PushMessageType? type) || !type.IsFromOperators)
        {
            return (null, "type is none that operators may send");
        }

        string? to = value.GetProperty("to").GetString();
        if (!PushReceiver.TryParse(to, out PushReceiver receiver) || !type.Audience.HasFlag(receiver.Audience))
        {
            return (null, $"{type.Name} does not go to such a receiver");
        }

        // Messages of one receiver are in order because they share a partition.
        if (key is null || !key.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(to)))
        {
            return (null, "the key is not the receiver");
        }

        TimeSpan ttl = TimeSpan.FromSeconds(value.GetProperty("ttl").GetInt32());
        if (PriorityOf(value.GetProperty("priority").GetString()) is not { } priority || ttl <= TimeSpan.Zero || ttl > QueuedPush.MaxTtl)
        {
            return (null, "priority or ttl is out of range");
        }

        if (!UserId.TryParse(value.GetProperty("by").GetString(), out UserId by))
        {
            return (null, "nobody is named who sent it");
        }

        JsonElement payload = value.GetProperty("payload");
        if (type.Schema.Check(payload) is [{ } fault, ..])
        {
            return (null, $"payload of {type.Name}: {fault}");
        }

        byte[] bytes = Compact(payload);
        return bytes.Length > PushEnvelope.MaxPayloadBytes
            ? (null, string.Create(CultureInfo.InvariantCulture, $"payload has {bytes.Length} bytes, more than {PushEnvelope.MaxPayloadBytes}"))
            : (new QueuedPush(id, type, receiver, priority, ttl, value.GetProperty("at").GetDateTimeOffset(), by, bytes), null);
    }
}
