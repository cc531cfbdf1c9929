using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Seckill.Core.Admission;

/// <summary>What stands before a bitmap in Redis: what is needed to read it, and to see that it is whole.</summary>
/// <param name="Shape">Bits, hashes and seed.</param>
/// <param name="Count">Items added.</param>
/// <param name="Version">Version of the list that it was made of.</param>
/// <param name="Checksum">First half of the SHA-256 of everything before it and of the bitmap.</param>
/// <remarks>
/// 64 bytes, little-endian: magic <c>SKBF</c> (4), format (2), hashes (2), bits (8), seed (8), count (8), version (8), bytes in a chunk (4), zero (4), checksum (16).
/// </remarks>
internal readonly record struct BloomHeader(BloomShape Shape, long Count, long Version, UInt128 Checksum)
{
    public const int Bytes = 64;

    /// <summary>The bitmap travels in pieces of 256 KiB: Redis is busy with one for some 0.1 ms, so no grab waits longer than that behind a filter of whatever size.</summary>
    public const int ChunkBytes = 256 * 1024;

    /// <summary>Largest bitmap that is published or read: 32 MiB, 18 million items at one false positive in a thousand. What a header says must not make a node take more memory than that.</summary>
    public const long MaxBitmapBytes = 32 * 1024 * 1024;

    private const uint Magic = 0x46424B53; // "SKBF"
    private const ushort Format = 1;
    private const int ChecksumAt = 48;

    /// <summary>Pieces of the bitmap.</summary>
    public int Chunks => (int)((Shape.Bytes + ChunkBytes - 1) / ChunkBytes);

    public static BloomHeader Of(BloomFilter filter, long version)
    {
        BloomHeader header = new(filter.Shape, filter.Count, version, default);
        return header with { Checksum = header.ChecksumWith(filter.Bitmap) };
    }

    /// <summary>Bytes of one of the pieces.</summary>
    public int LengthOf(int chunk) => (int)Math.Min(ChunkBytes, Shape.Bytes - ((long)chunk * ChunkBytes));

    public byte[] Write()
    {
        byte[] bytes = new byte[Bytes];
        WriteBeforeChecksum(bytes);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes.AsSpan(ChecksumAt), Checksum);
        return bytes;
    }

    /// <summary>Reads a header. The bitmap is not looked at: see <see cref="ChecksumWith"/>.</summary>
    public static BloomFault Read(ReadOnlySpan<byte> bytes, long expectedVersion, out BloomHeader header)
    {
        header = default;
        if (bytes.Length != Bytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            return BloomFault.NotAFilter;
        }

        if (BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) != Format || BinaryPrimitives.ReadInt32LittleEndian(bytes[40..]) != ChunkBytes)
        {
            return BloomFault.UnknownFormat;
        }

        int hashes = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]);
        long bits = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        if (bits is < 64 or > (MaxBitmapBytes * 8) || bits % 64 != 0 || hashes is < 1 or > BloomShape.MaxHashes)
        {
            return BloomFault.ImpossibleShape;
        }

        header = new BloomHeader(
            new BloomShape(bits, hashes, BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..])), BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]), BinaryPrimitives.ReadUInt128LittleEndian(bytes[ChecksumAt..]));
        return header.Version == expectedVersion ? BloomFault.None : BloomFault.WrongVersion;
    }

    /// <summary>What <see cref="Checksum"/> must be with a bitmap.</summary>
    public UInt128 ChecksumWith(ReadOnlySpan<byte> bitmap)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        WriteBeforeChecksum(bytes);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(bytes[..ChecksumAt]);
        hash.AppendData(bitmap);
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(whole);
        return BinaryPrimitives.ReadUInt128LittleEndian(whole);
    }

    private void WriteBeforeChecksum(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], Format);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], (ushort)Shape.Hashes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], Shape.Bits);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], Shape.Seed);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], Count);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[40..], ChunkBytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[44..], 0);
    }
}
