using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Seckill.Core.GrabTokens;

/// <summary>96 random bits that tell tokens apart: two of 2^40 are the same with a probability of one in 100,000.</summary>
/// <param name="High">The first 64.</param>
/// <param name="Low">The rest.</param>
public readonly record struct GrabNonce(ulong High, uint Low)
{
    /// <summary>Bytes on the wire.</summary>
    internal const int Bytes = 12;

    /// <summary>A new one. From the system's generator, whatever the clock or the seed of a test says: who can guess it can use another's token up.</summary>
    public static GrabNonce Next()
    {
        Span<byte> random = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(random);
        return Read(random);
    }

    /// <summary>16 characters of base64url.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        Write(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    internal static GrabNonce Read(ReadOnlySpan<byte> from) => new(BinaryPrimitives.ReadUInt64BigEndian(from), BinaryPrimitives.ReadUInt32BigEndian(from[8..]));

    internal void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt64BigEndian(to, High);
        BinaryPrimitives.WriteUInt32BigEndian(to[8..], Low);
    }
}
