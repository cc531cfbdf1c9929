using System.Text;
using Confluent.Kafka;

namespace Seckill.Core.Messaging;

/// <summary>Headers that our messages carry; values are UTF-8 texts.</summary>
public static class MessageHeaders
{
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

    /// <summary>Reads a header; null when it is absent or not UTF-8 text. The last one of a name counts.</summary>
    public static string? Read(Headers? headers, string name)
    {
        if (headers is null || !headers.TryGetLastBytes(name, out byte[] bytes) || bytes is null)
        {
            return null;
        }

        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
