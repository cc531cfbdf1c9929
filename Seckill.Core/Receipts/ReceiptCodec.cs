using System.Buffers.Binary;
using System.Text;
using Seckill.Core.Ids;
using Seckill.Core.Signing;

namespace Seckill.Core.Receipts;

/// <summary>
/// The payload of a receipt, version 1: <c>version (1 byte) | key id (4) | order (8) | sale (8) | bucket | epoch | bucket version | SKU | user</c>. Integers are big-endian; bucket, epoch and
/// bucket version are varints (7 bits a byte, low ones first, the high bit says that more follow); SKU and user are a length byte and ASCII.
/// </summary>
internal static class ReceiptCodec
{
    public const byte Version = 1;

    /// <summary>Most bytes of a payload: ids of 64 characters, varints of 10 bytes.</summary>
    public const int MaxBytes = SignedText.HeadBytes + 8 + 8 + (3 * 10) + (2 * (1 + IdText.MaxLength));

    /// <summary>Writes a payload behind its head.</summary>
    /// <returns>Bytes of the payload, at most <see cref="MaxBytes"/>.</returns>
    public static int Write(in Receipt receipt, Span<byte> to)
    {
        BinaryPrimitives.WriteInt64BigEndian(to[5..], receipt.Order.Value);
        BinaryPrimitives.WriteInt64BigEndian(to[13..], receipt.Sale.Value);
        int at = 21;
        WriteNumber(receipt.Bucket, to, ref at);
        WriteNumber(receipt.Epoch, to, ref at);
        WriteNumber(receipt.Version, to, ref at);
        PayloadText.Write(receipt.Sku.Value, to, ref at);
        PayloadText.Write(receipt.User.Value, to, ref at);
        return at;
    }

    /// <summary>Reads a payload of version 1; false when it is not exactly one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out Receipt receipt)
    {
        receipt = default;
        if (payload.Length < 21)
        {
            return false;
        }

        int at = 21;
        if (!TryReadNumber(payload, ref at, out long bucket) || bucket > int.MaxValue || !TryReadNumber(payload, ref at, out long epoch) || !TryReadNumber(payload, ref at, out long version)
            || !PayloadText.TryRead(payload, ref at, out ReadOnlySpan<byte> sku) || !PayloadText.TryRead(payload, ref at, out ReadOnlySpan<byte> user) || at != payload.Length
            || !SkuId.TryParse(Encoding.ASCII.GetString(sku), out SkuId skuId) || !UserId.TryParse(Encoding.ASCII.GetString(user), out UserId userId))
        {
            return false;
        }

        receipt = new Receipt(
            new OrderId(BinaryPrimitives.ReadInt64BigEndian(payload[5..])), new SaleId(BinaryPrimitives.ReadInt64BigEndian(payload[13..])), skuId, userId, (int)bucket, epoch, version);
        return true;
    }

    private static void WriteNumber(long value, Span<byte> to, ref int at)
    {
        ulong rest = (ulong)value;
        while (rest > 0x7F)
        {
            to[at++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        to[at++] = (byte)rest;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> from, ref int at, out long value)
    {
        value = 0;
        for (int shift = 0; shift < 63 && at < from.Length; shift += 7)
        {
            byte next = from[at++];
            value |= (long)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
