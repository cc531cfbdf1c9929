using Seckill.LoadTests.PushFanout;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.PushFanout;

public sealed class PushMarkTests
{
    [Fact]
    public void MarksOfAFrameOfSeveralMessages_AreAllFound()
    {
        ReadOnlySpan<byte> text = (byte[])[.. new PushMark(7, 123).ToPayload(), .. ","u8, .. new PushMark(8, long.MaxValue).ToPayload(padding: 100)];

        PushMark.TryTake(ref text, out PushMark first).ShouldBeTrue();
        first.ShouldBe(new PushMark(7, 123));
        PushMark.TryTake(ref text, out PushMark second).ShouldBeTrue();
        second.ShouldBe(new PushMark(8, long.MaxValue));
        PushMark.TryTake(ref text, out _).ShouldBeFalse();
    }

    [Fact]
    public void TextWithoutAMark_HasNone()
    {
        ReadOnlySpan<byte> text = "{\"n\":\"x\",\"t\":1}"u8;

        PushMark.TryTake(ref text, out _).ShouldBeFalse();
    }
}
