using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Seckill.Core.Receipts;

/// <summary>One secret of the ring. Thread-safe.</summary>
internal sealed class ReceiptKey : IDisposable
{
    /// <summary>Bytes of a signature.</summary>
    public const int SignatureBytes = 32;

    // One per thread: setting the key up costs more than the hash of a receipt does, and the object cannot be shared.
    private readonly ThreadLocal<IncrementalHash> _hashes;

    public ReceiptKey(string secret)
    {
        byte[] key = Encoding.UTF8.GetBytes(secret);
        _hashes = new ThreadLocal<IncrementalHash>(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key), trackAllValues: true);
        Span<byte> fingerprint = stackalloc byte[SignatureBytes];
        HMACSHA256.HashData(key, "seckill receipt key"u8, fingerprint);
        Id = BinaryPrimitives.ReadUInt32BigEndian(fingerprint);
    }

    /// <summary>Names the key in receipts: a fingerprint, so that nobody has to invent names, and two nodes cannot use one name for two keys.</summary>
    public uint Id { get; }

    /// <summary>Signs.</summary>
    /// <param name="text">What is signed.</param>
    /// <param name="signature">Takes <see cref="SignatureBytes"/>.</param>
    public void Sign(ReadOnlySpan<byte> text, Span<byte> signature)
    {
        IncrementalHash hash = _hashes.Value!;
        hash.AppendData(text);
        hash.GetHashAndReset(signature);
    }

    public void Dispose()
    {
        foreach (IncrementalHash hash in _hashes.Values)
        {
            hash.Dispose();
        }

        _hashes.Dispose();
    }
}
