using System.Text;
using Seckill.Core.Signing;

namespace Seckill.Core.Receipts;

/// <summary>Signs and verifies receipts, in the shape of <see cref="SignedText"/>. Thread-safe.</summary>
/// <remarks>Signing allocates the receipt and nothing else; cost: bench/Receipts/ReceiptBenchmarks. Trust boundary and format: docs/receipts.md.</remarks>
public sealed class ReceiptSigner(ReceiptKeys keys)
{
    /// <summary>Longest receipt in characters; a common one has about 130.</summary>
    public const int MaxLength = (((ReceiptCodec.MaxBytes * 4) + 2) / 3) + SignedText.DotAndSignature;

    /// <summary>Signs with the ring's first key.</summary>
    public string Sign(in Receipt receipt)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        return Encoding.ASCII.GetString(text[..Sign(receipt, text)]);
    }

    /// <summary>As <see cref="Sign(in Receipt)"/>, as ASCII into <paramref name="text"/>, which holds <see cref="MaxLength"/>.</summary>
    /// <returns>Characters written.</returns>
    public int Sign(in Receipt receipt, Span<byte> text)
    {
        Span<byte> payload = stackalloc byte[ReceiptCodec.MaxBytes];
        HmacKey key = SignedText.WriteHead(keys, ReceiptCodec.Version, payload);
        return SignedText.Seal(key, payload[..ReceiptCodec.Write(receipt, payload)], text);
    }

    /// <summary>Checks a receipt in constant time for a given length: nothing inside is believed before the signature is.</summary>
    /// <param name="text">What claims to be a receipt; any text.</param>
    /// <param name="receipt">What it says when the answer is <see cref="ReceiptFault.None"/>; else default.</param>
    public ReceiptFault Verify(ReadOnlySpan<char> text, out Receipt receipt)
    {
        receipt = default;
        Span<byte> payload = stackalloc byte[ReceiptCodec.MaxBytes];
        return SignedText.Open(keys, text, ReceiptCodec.Version, payload, out int bytes) switch
        {
            SignedTextFault.None => ReceiptCodec.TryRead(payload[..bytes], out receipt) ? ReceiptFault.None : ReceiptFault.Malformed,
            SignedTextFault.UnknownVersion => ReceiptFault.UnknownVersion,
            SignedTextFault.UnknownKey => ReceiptFault.UnknownKey,
            SignedTextFault.BadSignature => ReceiptFault.BadSignature,
            _ => ReceiptFault.Malformed,
        };
    }
}
