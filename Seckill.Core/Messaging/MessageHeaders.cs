using System.Text;
using Confluent.Kafka;

namespace Seckill.Core.Messaging;

/// <summary>Headers that our messages carry; values are UTF-8 texts.</summary>
public static class MessageHeaders
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Message type and version, for example <see cref="ReservationMessage.Type"/>. Every message has it.</summary>
    public const string Type = "type";

    /// <summary>W3C trace context of whoever produced the message; absent when nobody traced.</summary>
    public const string TraceParent = "traceparent";

    /// <summary>On unroutable and dead messages: why, in words.</summary>
    public const string Error = "error";

    /// <summary>On unroutable and dead messages: when it was given up, ISO 8601 UTC.</summary>
    public const string FailedAt = "failed-at";

    /// <summary>On unroutable and dead messages: where it stood, <c>topic/partition/offset</c> or <c>stream/entry</c>.</summary>
    public const string Origin = "origin";

    /// <summary>On messages of a <see cref="DelayedTopic"/>: when it is to be handled, Unix ms, digits only.</summary>
    public const string DueAt = "due-at";

    /// <summary>Reads a header; null when it is absent or not UTF-8 text. The last one of a name counts.</summary>
    public static string? Read(Headers? headers, string name) =>
        headers is not null && headers.TryGetLastBytes(name, out byte[] bytes) ? Text(bytes) : null;

    /// <summary>Every header that is UTF-8 text, in order: what a message takes along to another topic.</summary>
    public static IEnumerable<KeyValuePair<string, string>> All(Headers? headers)
    {
        foreach (IHeader header in headers ?? [])
        {
            if (Text(header.GetValueBytes()) is { } value)
            {
                yield return new(header.Key, value);
            }
        }
    }

    private static string? Text(byte[]? bytes)
    {
        try
        {
            return bytes is null ? null : Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
