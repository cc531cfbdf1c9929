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
        Id, bucket, Number("e"), Number("v"), Time(Number("t")), OutboxEntry.ParseWinners(Field("p")));

    /// <summary>One message per winner.</summary>
    public static IEnumerable<ReservationMessage> Unpack(OutboxEntry entry) => entry.Winners.Select(winner => new ReservationMessage(
        winner.Order, entry.Bucket.Sale, entry.Bucket.Sku, entry.Bucket.Index, winner.User, winner.Slot, entry.Epoch, entry.Version, entry.ReservedAt));

    private string Field(string name)
    {
        for (int i = 0; i + 1 < Fields.Length; i += 2)
        {
            if (Fields[i] == name)
            {
                return Fields[i + 1];
            }
        }

        throw new FormatException($"Field '{name}' is missing.");
    }

    private long Number(string name) =>
        long.TryParse(Field(name), NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : throw new FormatException($"Field '{name}' is not a number.");

    private static DateTimeOffset Time(long unixMs) =>
        unixMs <= 253_402_300_799_999 ? DateTimeOffset.FromUnixTimeMilliseconds(unixMs) : throw new FormatException("Field 't' is no time.");
}
