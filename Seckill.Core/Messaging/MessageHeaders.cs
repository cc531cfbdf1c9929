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

    /// <summary>On reservations: when Redis decided and when a relay took it up, <c>decidedMs takenMs</c>, Unix ms, 0 for what is not known. For the order's timeline; nothing depends on it.</summary>
    public const string Steps = "steps";

    /// <summary>On unroutable and dead messages: why, in words.</summary>
    public const string Error = "error";

    /// <summary>On unroutable and dead messages: when it was given up, ISO 8601 UTC.</summary>
    public const string FailedAt = "failed-at";

    /// <summary>On unroutable, dead and waiting messages: where it stood first, <c>topic/partition/offset</c> or <c>stream/entry</c>.</summary>
    public const string Origin = "origin";

    /// <summary>On dead messages: why, as one of the permanent texts of <see cref="Orders.OrderFailure"/>.</summary>
    public const string Cause = "cause";

    /// <summary>On dead messages: the exception with its stack, cut to <see cref="MaxStack"/>; absent when no exception told of the fault.</summary>
    public const string Stack = "stack";

    /// <summary>On messages that wait to be tried again, and on dead ones: which attempt the next one is, or the last one was; from 1. Absent means 1.</summary>
    public const string Attempt = "attempt";

    /// <summary>On messages that wait to be tried again, and on dead ones: when the first attempt failed, ISO 8601 UTC.</summary>
    public const string FirstFailure = "first-failure";

    /// <summary>On a message that was too long to be put aside whole: how many bytes its value had.</summary>
    public const string CutFrom = "cut-from";

    /// <summary>On a message that an operator put back on its topic: the dead letter's id.</summary>
    public const string ReplayedFrom = "replayed-from";

    /// <summary>Most characters of an error text.</summary>
    public const int MaxError = 1_000;

    /// <summary>Most characters of a stack: enough for the frames of ours, and far below what a broker takes.</summary>
    public const int MaxStack = 4_000;

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

    /// <summary>Texts as headers of a message.</summary>
    internal static Headers Of(IEnumerable<KeyValuePair<string, string>> texts)
    {
        Headers headers = [];
        foreach ((string name, string value) in texts)
        {
            headers.Add(name, Encoding.UTF8.GetBytes(value));
        }

        return headers;
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
