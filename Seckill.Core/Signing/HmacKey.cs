using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Seckill.Core.Signing;

/// <summary>One secret of a ring. Thread-safe.</summary>
internal sealed class HmacKey : IDisposable
{
    /// <summary>Bytes of a signature.</summary>
    public const int SignatureBytes = 32;

    // One per thread: setting the key up costs more than the hash of a short text does, and the object cannot be shared.
    private readonly ThreadLocal<IncrementalHash> _hashes;

    /// <summary>Takes a secret.</summary>
    /// <param name="secret">At least <see cref="HmacKeyRing.MinSecretBytes"/> bytes of UTF-8.</param>
    /// <param name="purpose">What the key signs; a part of <see cref="Id"/>.</param>
    public HmacKey(string secret, string purpose)
    {
        byte[] key = Encoding.UTF8.GetBytes(secret);
        _hashes = new ThreadLocal<IncrementalHash>(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key), trackAllValues: true);
        Span<byte> fingerprint = stackalloc byte[SignatureBytes];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"seckill {purpose} key"), fingerprint);
        Id = BinaryPrimitives.ReadUInt32BigEndian(fingerprint);
    }

    /// <summary>
    /// Names the key in what it signs: a fingerprint, so that nobody has to invent names, and two nodes cannot use one name for two keys. It depends on the purpose: what one secret signs for
    /// one purpose names a key that the ring of another does not have, even where an operator gives both the same secret.
    /// </summary>
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
