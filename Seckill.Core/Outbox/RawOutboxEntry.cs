using System.Globalization;
using Seckill.Core.Messaging;
using Seckill.Core.Stock;

namespace Seckill.Core.Outbox;

/// <summary>A stream entry before it is understood.</summary>
/// <param name="Id">The stream's id.</param>
/// <param name="Fields">Names and values in turn.</param>
internal sealed record RawOutboxEntry(string Id, string[] Fields)
{
    /// <summary>Reads the fields of <see cref="OutboxEntry"/>; unknown ones are ignored.</summary>
    /// <exception cref="FormatException">A field is missing or not what it should be.</exception>
    public OutboxEntry Parse(StockBucket bucket) => new(
        Id, bucket, Number("e"), Number("v"), Time(Number("t")), OutboxEntry.WithTraces(OutboxEntry.ParseWinners(Field("p")), Find("x")));

    /// <summary>One message per winner.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="takenAt">When the relay read it.</param>
    public static IEnumerable<ReservationMessage> Unpack(OutboxEntry entry, DateTimeOffset takenAt)
    {
        ReservationTrail trail = new() { DecidedMs = WrittenMs(entry.EntryId), TakenMs = takenAt.ToUnixTimeMilliseconds() };
        return entry.Winners.Select(winner => new ReservationMessage(
            winner.Order, entry.Bucket.Sale, entry.Bucket.Sku, entry.Bucket.Index, winner.User, winner.Slot, entry.Epoch, entry.Version, entry.ReservedAt)
        {
            Trail = trail with { TraceParent = winner.TraceParent },
        });
    }

    /// <summary>When Redis wrote the entry, Unix ms: the time in the stream's own id.</summary>
    private static long WrittenMs(string id) => long.TryParse(id.AsSpan(0, Math.Max(0, id.IndexOf('-', StringComparison.Ordinal))), NumberStyles.None, CultureInfo.InvariantCulture, out long ms) ? ms : 0;

    private string Field(string name) => Find(name) ?? throw new FormatException($"Field '{name}' is missing.");

    private string? Find(string name)
    {
        for (int i = 0; i + 1 < Fields.Length; i += 2)
        {
            if (Fields[i] == name)
            {
                return Fields[i + 1];
            }
        }

        return null;
    }

    private long Number(string name) =>
        long.TryParse(Field(name), NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : throw new FormatException($"Field '{name}' is not a number.");

    private static DateTimeOffset Time(long unixMs) =>
        unixMs <= 253_402_300_799_999 ? DateTimeOffset.FromUnixTimeMilliseconds(unixMs) : throw new FormatException("Field 't' is no time.");
}
