using System.Text;
using Seckill.LoadTests.PushFanout;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.PushFanout;

public sealed class FrameReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void MessagesAreTheSame_HoweverTheBytesAreCut(int bytesPerRead)
    {
        string[] messages = ["{}", "{\"type\":6}", new string('a', 125), new string('b', 126), new string('c', 70_000)];
        byte[] wire = [.. messages.SelectMany(message => Frame(0x81, message + "\u001e"))];

        Read(wire, bytesPerRead).ShouldBe(messages);
    }

    [Fact]
    public void MessageEndsWithItsMark_NotWithAFrame()
    {
        // Two messages in one frame, and one over three frames with a ping between them.
        byte[] wire = [.. Frame(0x81, "one\u001etwo\u001eth"), .. Frame(0x00, "re"), .. Frame(0x89, "ping\u001e"), .. Frame(0x80, "e\u001e")];

        Read(wire, bytesPerRead: 3).ShouldBe(["one", "two", "three"]);
    }

    [Fact]
    public void NothingIsReadAfterAClose()
    {
        byte[] wire = [.. Frame(0x81, "one\u001e"), .. Frame(0x88, ""), .. Frame(0x81, "two\u001e")];
        FrameReader reader = new();

        Read(wire, 5, reader).ShouldBe(["one"]);
        reader.IsClosed.ShouldBeTrue();
    }

    [Fact]
    public void MessageOverTheBound_IsRefused() =>
        Should.Throw<InvalidDataException>(() => Read(Frame(0x81, new string('a', FrameReader.MaxRecordBytes + 1)), 4_096));

    private static List<string> Read(byte[] wire, int bytesPerRead, FrameReader? reader = null)
    {
        reader ??= new FrameReader();
        List<string> messages = [];
        foreach (byte[] read in wire.Chunk(bytesPerRead))
        {
            ReadOnlySpan<byte> input = read;
            while (reader.TryRead(ref input, out ReadOnlySpan<byte> record))
            {
                messages.Add(Encoding.ASCII.GetString(record));
            }
        }

        return messages;
    }

    private static byte[] Frame(byte head, string payload)
    {
        byte[] length = payload.Length switch
        {
            < 126 => [(byte)payload.Length],
            <= ushort.MaxValue => [126, (byte)(payload.Length >> 8), (byte)payload.Length],
            _ => [127, 0, 0, 0, 0, (byte)(payload.Length >> 24), (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length],
        };
        return [head, .. length, .. Encoding.ASCII.GetBytes(payload)];
    }
}
