using System.Buffers.Binary;
using Seckill.Core.Admission;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Admission;

public sealed class BloomHeaderTests
{
    private static readonly BloomHeader Header = BloomHeader.Of(Filled(), version: 42);

    [Fact]
    public void WhatIsWritten_IsRead()
    {
        BloomHeader.Read(Header.Write(), 42, out BloomHeader read).ShouldBe(BloomFault.None);

        read.ShouldBe(Header);
        read.Count.ShouldBe(100);
        read.ChecksumWith(Filled().Bitmap).ShouldBe(read.Checksum);
    }

    [Theory]
    [InlineData(0, BloomFault.NotAFilter)]
    [InlineData(4, BloomFault.UnknownFormat)]
    [InlineData(40, BloomFault.UnknownFormat)]
    [InlineData(6, BloomFault.ImpossibleShape)]
    [InlineData(8, BloomFault.ImpossibleShape)]
    [InlineData(15, BloomFault.ImpossibleShape)]
    [InlineData(32, BloomFault.WrongVersion)]
    public void AChangedField_IsRefusedByName(int at, BloomFault expected)
    {
        byte[] bytes = Header.Write();
        bytes[at] ^= 0x7f;

        BloomHeader.Read(bytes, 42, out _).ShouldBe(expected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(65)]
    public void AnotherLength_IsNoFilter(int length) => BloomHeader.Read(new byte[length], 42, out _).ShouldBe(BloomFault.NotAFilter);

    [Theory]
    [InlineData(0L)]
    [InlineData(-64L)]
    [InlineData((BloomHeader.MaxBitmapBytes * 8) + 64)]
    [InlineData(long.MaxValue)]
    public void ImpossibleBits_AreRefused_BeforeAnyMemoryIsTaken(long bits)
    {
        byte[] bytes = Header.Write();
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), bits);

        BloomHeader.Read(bytes, 42, out _).ShouldBe(BloomFault.ImpossibleShape);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(44)]
    public void WhatNoCheckSees_TheChecksumDoes(int at)
    {
        byte[] bytes = Header.Write();
        bytes[at] ^= 1;
        BloomHeader.Read(bytes, 42, out BloomHeader read).ShouldBe(BloomFault.None);

        // The reserved field is written as zero again, so a change in it changes nothing.
        (read.ChecksumWith(Filled().Bitmap) == read.Checksum).ShouldBe(at == 44);
    }

    [Fact]
    public void Pieces_AddUpToTheBitmap()
    {
        BloomHeader header = BloomHeader.Of(new BloomFilter(new BloomShape((BloomHeader.ChunkBytes * 16L) + 64, 1, 0)), 1);

        header.Chunks.ShouldBe(3);
        Enumerable.Range(0, 3).Select(header.LengthOf).ShouldBe([BloomHeader.ChunkBytes, BloomHeader.ChunkBytes, 8]);
    }

    private static BloomFilter Filled() => BloomFilter.Build([.. Enumerable.Range(0, 100).Select(i => $"user-{i}")], BloomShape.For(100, 0.01, seed: 9), parts: 1);
}
