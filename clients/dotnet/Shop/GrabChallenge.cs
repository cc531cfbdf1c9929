using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Seckill.Client.Shop;

/// <summary>Work that a grab token costs.</summary>
/// <param name="Text">The challenge.</param>
/// <param name="Bits">Leading zero bits that the hash must have; 2^bits hashes on average.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record GrabChallenge(string Text, int Bits, DateTimeOffset ExpiresAt)
{
    /// <summary>Does the work on the caller's thread: finds a nonce such that SHA-256(text as ASCII, then the nonce as 8 bytes, big-endian) begins with so many zero bits.</summary>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public long Solve(CancellationToken cancellation = default)
    {
        byte[] text = [.. Encoding.ASCII.GetBytes(Text), .. new byte[sizeof(long)]];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        for (long nonce = 0; ; nonce++)
        {
            cancellation.ThrowIfCancellationRequested();
            BinaryPrimitives.WriteInt64BigEndian(text.AsSpan(text.Length - sizeof(long)), nonce);
            SHA256.HashData(text, hash);
            if (BitOperations.LeadingZeroCount(BinaryPrimitives.ReadUInt64BigEndian(hash)) >= Bits)
            {
                return nonce;
            }
        }
    }
}
