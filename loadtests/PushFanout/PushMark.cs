using System.Buffers.Text;
using System.Text;

namespace Seckill.LoadTests.PushFanout;

/// <summary>What a measured message carries in its payload, <c>"n":NUMBER,"t":TIMESTAMP</c>: which of its receiver's messages it is, and when it was due.</summary>
/// <param name="Number">1 and up for each receiver; 0 for a message that only asks whether the way is open.</param>
/// <param name="DueAt">A timestamp of <see cref="System.Diagnostics.Stopwatch"/>, which sender and receivers share.</param>
internal readonly record struct PushMark(long Number, long DueAt)
{
    private static ReadOnlySpan<byte> NumberKey => "\"n\":"u8;

    private static ReadOnlySpan<byte> TimeKey => ",\"t\":"u8;

    /// <summary>A payload of the size of a real <c>order.created</c>, with the mark in it.</summary>
    /// <param name="padding">Further bytes.</param>
    public byte[] ToPayload(int padding = 0) => Encoding.ASCII.GetBytes(
        $$"""{"orderId":"123456789012345678","saleId":"1","skuId":"phone","status":"pending-payment","price":199.90,"n":{{Number}},"t":{{DueAt}},"p":"{{new string('x', padding)}}"}""");

    /// <summary>Finds the next mark; false when there is none left.</summary>
    /// <param name="text">What is left of a message; shortened past the mark.</param>
    /// <param name="mark">The mark.</param>
    public static bool TryTake(ref ReadOnlySpan<byte> text, out PushMark mark)
    {
        mark = default;
        int at = text.IndexOf(NumberKey);
        if (at < 0)
        {
            return false;
        }

        text = text[(at + NumberKey.Length)..];
        if (!Utf8Parser.TryParse(text, out long number, out int digits) || !text[digits..].StartsWith(TimeKey)
            || !Utf8Parser.TryParse(text[(digits + TimeKey.Length)..], out long dueAt, out int _))
        {
            return false;
        }

        mark = new PushMark(number, dueAt);
        return true;
    }
}
