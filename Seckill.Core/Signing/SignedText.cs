using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Seckill.Core.Signing;

/// <summary>
/// The one shape of what we sign: <c>base64url(payload) . base64url(HMAC-SHA256)</c>, the signature over the payload's base64url text, so that every character counts. Every payload begins with
/// <c>version (1 byte) | key id (4, big-endian)</c>: that much is read before the signature is checked. Kinds of text that share a ring have versions of their own.
/// </summary>
internal static class SignedText
{
    /// <summary>Version and key id.</summary>
    public const int HeadBytes = 5;

    private const int SignatureText = 43;

    /// <summary>Characters behind the payload.</summary>
    public const int DotAndSignature = 1 + SignatureText;

    // Of all kinds; a bound for the stack.
    private const int MaxPayloadBytes = 256;
    private const int MaxPayloadText = ((MaxPayloadBytes * 4) + 2) / 3;

    /// <summary>Characters of a text with a payload of so many bytes.</summary>
    public static int LengthOf(int payloadBytes) => (((payloadBytes * 4) + 2) / 3) + DotAndSignature;

    /// <summary>Begins a payload that the ring's first key is to sign.</summary>
    /// <returns>That key.</returns>
    public static HmacKey WriteHead(HmacKeyRing keys, byte version, Span<byte> payload)
    {
        HmacKey key = keys.Signing;
        payload[0] = version;
        BinaryPrimitives.WriteUInt32BigEndian(payload[1..], key.Id);
        return key;
    }

    /// <summary>Signs a payload. Allocates the text and nothing else.</summary>
    /// <param name="key">The key that its head names.</param>
    /// <param name="payload">At most 256 bytes.</param>
    public static string Seal(HmacKey key, ReadOnlySpan<byte> payload)
    {
        Span<byte> text = stackalloc byte[MaxPayloadText + DotAndSignature];
        return Encoding.ASCII.GetString(text[..Seal(key, payload, text)]);
    }

    /// <summary>As the other, as ASCII into <paramref name="text"/>, which holds <see cref="LengthOf"/> the payload.</summary>
    /// <returns>Characters written.</returns>
    public static int Seal(HmacKey key, ReadOnlySpan<byte> payload, Span<byte> text)
    {
        int signed = Base64Url.EncodeToUtf8(payload, text);
        text[signed] = (byte)'.';
        WriteSignature(key, text[..signed], text[(signed + 1)..]);
        return signed + DotAndSignature;
    }

    /// <summary>Checks a text in constant time for a given length, without allocating: nothing inside is believed before the signature is.</summary>
    /// <param name="keys">The ring.</param>
    /// <param name="text">Any text.</param>
    /// <param name="version">The only version that is taken.</param>
    /// <param name="payload">Takes the payload; as large as the largest one of this kind.</param>
    /// <param name="bytes">Bytes of the payload; 0 unless the answer is <see cref="SignedTextFault.None"/>.</param>
    public static SignedTextFault Open(HmacKeyRing keys, ReadOnlySpan<char> text, byte version, Span<byte> payload, out int bytes)
    {
        bytes = 0;
        Span<byte> ascii = stackalloc byte[MaxPayloadText + DotAndSignature];
        if (text.Length > LengthOf(payload.Length) || Ascii.FromUtf16(text, ascii, out int length) != OperationStatus.Done)
        {
            return SignedTextFault.Malformed;
        }

        int signed = length - DotAndSignature;
        if (signed < 1 || ascii[signed] != '.' || Base64Url.DecodeFromUtf8(ascii[..signed], payload, out _, out int decoded) != OperationStatus.Done || decoded < HeadBytes)
        {
            return SignedTextFault.Malformed;
        }

        if (payload[0] != version)
        {
            return SignedTextFault.UnknownVersion;
        }

        if (keys.Find(BinaryPrimitives.ReadUInt32BigEndian(payload[1..])) is not { } key)
        {
            return SignedTextFault.UnknownKey;
        }

        Span<byte> expected = stackalloc byte[SignatureText];
        WriteSignature(key, ascii[..signed], expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, ascii.Slice(signed + 1, SignatureText)))
        {
            return SignedTextFault.BadSignature;
        }

        bytes = decoded;
        return SignedTextFault.None;
    }

    private static void WriteSignature(HmacKey key, ReadOnlySpan<byte> signed, Span<byte> to)
    {
        Span<byte> signature = stackalloc byte[HmacKey.SignatureBytes];
        key.Sign(signed, signature);
        Base64Url.EncodeToUtf8(signature, to);
    }
}
