using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Seckill.Core.Receipts;

/// <summary>
/// Signs and verifies receipts: <c>base64url(payload) . base64url(HMAC-SHA256)</c>, the signature over the payload's base64url text, so that every character counts. Thread-safe.
/// </summary>
/// <remarks>Signing allocates the receipt and nothing else; cost: bench/Receipts/ReceiptBenchmarks. Trust boundary and format: docs/receipts.md.</remarks>
public sealed class ReceiptSigner(ReceiptKeys keys)
{
    /// <summary>Longest receipt in characters; a common one has about 130.</summary>
    public const int MaxLength = MaxPayloadText + 1 + SignatureText;

    private const int MaxPayloadText = ((ReceiptCodec.MaxBytes * 4) + 2) / 3;
    private const int SignatureText = 43;

    /// <summary>Signs with the ring's first key.</summary>
    public string Sign(in Receipt receipt)
    {
        ReceiptKey key = keys.Signing;
        Span<byte> payload = stackalloc byte[ReceiptCodec.MaxBytes];
        Span<byte> text = stackalloc byte[MaxLength];
        int signed = Base64Url.EncodeToUtf8(payload[..ReceiptCodec.Write(receipt, key.Id, payload)], text);
        text[signed] = (byte)'.';
        WriteSignature(key, text[..signed], text[(signed + 1)..]);
        return Encoding.ASCII.GetString(text[..(signed + 1 + SignatureText)]);
    }

    /// <summary>Checks a receipt in constant time for a given length: nothing inside is believed before the signature is.</summary>
    /// <param name="text">What claims to be a receipt; any text.</param>
    /// <param name="receipt">What it says when the answer is <see cref="ReceiptFault.None"/>; else default.</param>
    public ReceiptFault Verify(ReadOnlySpan<char> text, out Receipt receipt)
    {
        receipt = default;
        Span<byte> ascii = stackalloc byte[MaxLength];
        if (text.Length > MaxLength || Ascii.FromUtf16(text, ascii, out int length) != OperationStatus.Done)
        {
            return ReceiptFault.Malformed;
        }

        int signed = length - SignatureText - 1;
        Span<byte> payload = stackalloc byte[ReceiptCodec.MaxBytes];
        if (signed < 1 || ascii[signed] != '.' || Base64Url.DecodeFromUtf8(ascii[..signed], payload, out _, out int bytes) != OperationStatus.Done || bytes < ReceiptCodec.HeadBytes)
        {
            return ReceiptFault.Malformed;
        }

        if (payload[0] != ReceiptCodec.Version)
        {
            return ReceiptFault.UnknownVersion;
        }

        if (keys.Find(BinaryPrimitives.ReadUInt32BigEndian(payload[1..])) is not { } key)
        {
            return ReceiptFault.UnknownKey;
        }

        Span<byte> expected = stackalloc byte[SignatureText];
        WriteSignature(key, ascii[..signed], expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, ascii.Slice(signed + 1, SignatureText)))
        {
            return ReceiptFault.BadSignature;
        }

        return ReceiptCodec.TryRead(payload[..bytes], out receipt) ? ReceiptFault.None : ReceiptFault.Malformed;
    }

    private static void WriteSignature(ReceiptKey key, ReadOnlySpan<byte> signed, Span<byte> to)
    {
        Span<byte> signature = stackalloc byte[ReceiptKey.SignatureBytes];
        key.Sign(signed, signature);
        Base64Url.EncodeToUtf8(signature, to);
    }
}
