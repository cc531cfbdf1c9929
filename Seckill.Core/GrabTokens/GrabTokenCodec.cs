using System.Buffers.Binary;
using System.Text;
using Seckill.Core.Ids;
using Seckill.Core.Signing;

namespace Seckill.Core.GrabTokens;

/// <summary>
/// The payloads of tokens and challenges: <c>version (1 byte) | key id (4) | sale (8) | expiry, Unix ms (8) | nonce (12) | SKU | user</c>; a challenge has its bits (1) before the SKU. Integers are
/// big-endian; SKU and user are a length byte and ASCII.
/// </summary>
/// <remarks>One ring signs both kinds. Their versions differ in the highest bit, so that neither is ever taken for the other.</remarks>
internal static class GrabTokenCodec
{
    public const byte TokenVersion = 0x01;

    public const byte ChallengeVersion = 0x81;

    /// <summary>Most bytes of a payload of either kind.</summary>
    public const int MaxBytes = AtTexts + 1 + (2 * (1 + IdText.MaxLength));

    private const int AtExpiry = SignedText.HeadBytes + sizeof(long);
    private const int AtNonce = AtExpiry + sizeof(long);
    private const int AtTexts = AtNonce + GrabNonce.Bytes;

    /// <summary>Writes a token's payload behind its head.</summary>
    /// <returns>Bytes of the payload.</returns>
    public static int WriteToken(in GrabTicket ticket, long expiresAtMs, GrabNonce nonce, Span<byte> to)
    {
        WriteNumbers(ticket.Sale, expiresAtMs, nonce, to);
        return WriteTexts(ticket, to, AtTexts);
    }

    /// <summary>Writes a challenge's payload behind its head.</summary>
    /// <returns>Bytes of the payload.</returns>
    public static int WriteChallenge(in GrabTicket ticket, long expiresAtMs, GrabNonce nonce, int bits, Span<byte> to)
    {
        WriteNumbers(ticket.Sale, expiresAtMs, nonce, to);
        to[AtTexts] = (byte)bits;
        return WriteTexts(ticket, to, AtTexts + 1);
    }

    /// <summary>Reads a token's payload and holds it against what it should be bound to. Allocates nothing.</summary>
    /// <returns>None, Malformed or Foreign; the time is the caller's to judge.</returns>
    public static GrabTokenFault ReadToken(ReadOnlySpan<byte> payload, in GrabTicket expected, out long expiresAtMs, out GrabNonce nonce) =>
        Read(payload, AtTexts, expected, out expiresAtMs, out nonce);

    /// <summary>As <see cref="ReadToken"/>, for a challenge.</summary>
    public static GrabTokenFault ReadChallenge(ReadOnlySpan<byte> payload, in GrabTicket expected, out long expiresAtMs, out GrabNonce nonce, out int bits)
    {
        bits = payload.Length > AtTexts ? payload[AtTexts] : 0;
        return Read(payload, AtTexts + 1, expected, out expiresAtMs, out nonce);
    }

    private static GrabTokenFault Read(ReadOnlySpan<byte> payload, int at, in GrabTicket expected, out long expiresAtMs, out GrabNonce nonce)
    {
        (expiresAtMs, nonce) = (0, default);
        if (payload.Length < at || !PayloadText.TryRead(payload, ref at, out ReadOnlySpan<byte> sku) || !PayloadText.TryRead(payload, ref at, out ReadOnlySpan<byte> user) || at != payload.Length)
        {
            return GrabTokenFault.Malformed;
        }

        expiresAtMs = BinaryPrimitives.ReadInt64BigEndian(payload[AtExpiry..]);
        nonce = GrabNonce.Read(payload[AtNonce..]);
        return BinaryPrimitives.ReadInt64BigEndian(payload[SignedText.HeadBytes..]) == expected.Sale.Value && Ascii.Equals(sku, expected.Sku.Value) && Ascii.Equals(user, expected.User.Value)
            ? GrabTokenFault.None
            : GrabTokenFault.Foreign;
    }

    private static void WriteNumbers(SaleId sale, long expiresAtMs, GrabNonce nonce, Span<byte> to)
    {
        BinaryPrimitives.WriteInt64BigEndian(to[SignedText.HeadBytes..], sale.Value);
        BinaryPrimitives.WriteInt64BigEndian(to[AtExpiry..], expiresAtMs);
        nonce.Write(to[AtNonce..]);
    }

    private static int WriteTexts(in GrabTicket ticket, Span<byte> to, int at)
    {
        PayloadText.Write(ticket.Sku.Value, to, ref at);
        PayloadText.Write(ticket.User.Value, to, ref at);
        return at;
    }
}
