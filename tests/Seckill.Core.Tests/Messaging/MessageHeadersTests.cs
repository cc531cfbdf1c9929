using System.Text;
using Confluent.Kafka;
using Seckill.Core.Messaging;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Messaging;

public sealed class MessageHeadersTests
{
    [Fact]
    public void TheLastOfAName_Counts() =>
        MessageHeaders.Read(new Headers { { "type", "old"u8.ToArray() }, { "other", "x"u8.ToArray() }, { "type", Encoding.UTF8.GetBytes("größe") } }, "type").ShouldBe("größe");

    [Fact]
    public void Absent_IsNull()
    {
        MessageHeaders.Read(null, "type").ShouldBeNull();
        MessageHeaders.Read([], "type").ShouldBeNull();
        MessageHeaders.Read(new Headers { { "Type", "x"u8.ToArray() } }, "type").ShouldBeNull();
        MessageHeaders.Read(new Headers { { "type", null } }, "type").ShouldBeNull();
    }

    [Fact]
    public void Empty_IsEmpty() => MessageHeaders.Read(new Headers { { "type", [] } }, "type").ShouldBe(string.Empty);

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0x61, 0xE2, 0x82 })]
    public void BytesThatAreNoText_AreNull(byte[] value) => MessageHeaders.Read(new Headers { { "type", value } }, "type").ShouldBeNull();
}
