using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Push;

/// <summary>
/// The wire form of a pushed message, <c>{ seq, id, type, at, [trace,] ttl, priority, payload }</c>. Encoded once, when it is sent: what is stored and published is
/// the JSON text after <c>{"seq":N,</c>, called the body, since only the mailbox knows the number.
/// </summary>
public static class PushEnvelope
{
    /// <summary>Longest payload in bytes.</summary>
    public const int MaxPayloadBytes = 8 * 1024;

    /// <summary>Longest message id in ASCII characters.</summary>
    public const int MaxIdLength = 128;

    /// <summary>Longest type in ASCII characters.</summary>
    public const int MaxTypeLength = 64;

    private const string AtFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int AtLength = 24;

    /// <summary>Encodes the body of a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="at">When it was made; <c>at</c> on the wire, ISO 8601 in UTC with milliseconds.</param>
    /// <returns>UTF-8 text from <c>"id":</c> to the closing brace.</returns>
    /// <exception cref="ArgumentException">The id, type or payload is empty, too long or not what it should be: a fault of the sender.</exception>
    public static byte[] EncodeBody(MailboxMessage message, DateTimeOffset at)
    {
        ThrowIfNotAscii(message.Id, MaxIdLength, "id");
        ThrowIfNotAscii(message.Type, MaxTypeLength, "type");
        return Encode(message.Id, message.Type, at, message.Ttl, message.Priority, message.PayloadJson, TraceContext.IsValid(message.TraceParent) ? message.TraceParent : null);
    }

    /// <summary>Encodes the body of a message that is stored nowhere (sequence number 0).</summary>
    /// <exception cref="ArgumentException">As for <see cref="EncodeBody"/>.</exception>
    public static byte[] EncodeTransientBody(string type, DateTimeOffset at, TimeSpan ttl, ReadOnlyMemory<byte> payloadJson)
    {
        ThrowIfNotAscii(type, MaxTypeLength, "type");
        return Encode(Guid.NewGuid().ToString("N"), type, at, ttl, PushPriority.Normal, payloadJson);
    }

    /// <summary>Encodes the body of a message that is stored nowhere and has an id of its own, by which a repetition is known.</summary>
    /// <exception cref="ArgumentException">As for <see cref="EncodeBody"/>.</exception>
    public static byte[] EncodeLiveBody(string id, string type, DateTimeOffset at, TimeSpan ttl, PushPriority priority, ReadOnlyMemory<byte> payloadJson)
    {
        ThrowIfNotAscii(id, MaxIdLength, "id");
        ThrowIfNotAscii(type, MaxTypeLength, "type");
        return Encode(id, type, at, ttl, priority, payloadJson);
    }

    /// <summary>When a message was made, as its body says; false for bytes that are no body.</summary>
    public static bool TryReadAt(ReadOnlySpan<byte> body, out DateTimeOffset at)
    {
        at = default;
        int start = FindAt(body);
        if (start < 0)
        {
            return false;
        }

        Span<char> text = stackalloc char[AtLength];
        Encoding.ASCII.GetChars(body.Slice(start, AtLength), text);
        return DateTimeOffset.TryParseExact(text, AtFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at);
    }

    /// <summary>The trace that a body carries, as text; null for nearly all. Allocates nothing then.</summary>
    public static string? ReadTrace(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> field = "\",\"trace\":\""u8;
        int start = FindAt(body);
        ReadOnlySpan<byte> rest = start < 0 ? default : body[(start + AtLength)..];
        return rest.Length >= field.Length + TraceContext.Length && rest.StartsWith(field) ? Encoding.ASCII.GetString(rest.Slice(field.Length, TraceContext.Length)) : null;
    }

    // Where the time stands, which is always as long, and is followed by the trace if there is one. Quotes inside of id and type are escaped, so that the first such text is the field.
    private static int FindAt(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> field = ",\"at\":\""u8;
        int start = body.IndexOf(field);
        return start < 0 || body.Length < start + field.Length + AtLength ? -1 : start + field.Length;
    }

    private static byte[] Encode(
        string id, string type, DateTimeOffset at, TimeSpan ttl, PushPriority priority, ReadOnlyMemory<byte> payloadJson, string? traceParent = null)
    {
        if (payloadJson.Length is 0 or > MaxPayloadBytes)
        {
            throw new ArgumentException($"The payload has {payloadJson.Length} bytes; allowed are 1 to {MaxPayloadBytes}.", nameof(payloadJson));
        }

        ArrayBufferWriter<byte> buffer = new(payloadJson.Length + 192);
        using Utf8JsonWriter json = new(buffer);
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("type"u8, type);
        json.WriteString("at"u8, at.UtcDateTime.ToString(AtFormat, CultureInfo.InvariantCulture));
        if (traceParent is not null)
        {
            json.WriteString("trace"u8, traceParent);
        }

        json.WriteNumber("ttl"u8, (long)Math.Ceiling(ttl.TotalSeconds));
        json.WriteString("priority"u8, priority == PushPriority.High ? "high"u8 : "normal"u8);
        json.WritePropertyName("payload"u8);
        try
        {
            json.WriteRawValue(payloadJson.Span);
        }
        catch (JsonException fault)
        {
            throw new ArgumentException("The payload is not one JSON value.", nameof(payloadJson), fault);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan[1..].ToArray();
    }

    private static void ThrowIfNotAscii(string text, int maxLength, string name)
    {
        if (text.Length is 0 || text.Length > maxLength || !Ascii.IsValid(text))
        {
            throw new ArgumentException($"The message's {name} must be 1 to {maxLength} ASCII characters.", name);
        }
    }
}
