using System.Globalization;

namespace Seckill.Core.Messaging;

/// <summary>The way of a reservation so far: when each step was done, Unix ms, 0 = not known, and its trace. It travels in headers, and is no part of what the receipt vouches for.</summary>
public readonly record struct ReservationTrail
{
    // The end of year 9999.
    private const long MaxMs = 253_402_300_799_999;

    /// <summary>When Redis decided, by the clock of Redis.</summary>
    public long DecidedMs { get; init; }

    /// <summary>When a relay read the outbox entry.</summary>
    public long TakenMs { get; init; }

    /// <summary>When the message was given to Kafka: the message's own timestamp.</summary>
    public long ProducedMs { get; init; }

    /// <summary>When the intake first had the message in hand.</summary>
    public long ReceivedMs { get; init; }

    /// <summary>W3C trace context of the step before; null when nobody traces.</summary>
    public string? TraceParent { get; init; }

    /// <summary>What the header <see cref="MessageHeaders.Steps"/> says; null when there is nothing to say.</summary>
    internal string? ToHeader() => DecidedMs == 0 && TakenMs == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{DecidedMs} {TakenMs}");

    /// <summary>Reads the header; what is not two times is no reason to refuse an order, and reads as not known.</summary>
    internal static (long DecidedMs, long TakenMs) ParseHeader(string? header)
    {
        int space = header?.IndexOf(' ', StringComparison.Ordinal) ?? -1;
        return space > 0 && Number(header.AsSpan(0, space)) is { } decided && Number(header.AsSpan(space + 1)) is { } taken ? (decided, taken) : default;
    }

    /// <summary>A time that a stranger may have written: 0 when no type of ours could hold it.</summary>
    internal static long Known(long ms) => ms is > 0 and <= MaxMs ? ms : 0;

    private static long? Number(ReadOnlySpan<char> text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long ms) ? Known(ms) : null;
}
