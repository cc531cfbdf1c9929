using System.Net;
using Seckill.Core.Admission;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Admission;

public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("::ffff:192.0.2.7", "::ffff:192.0.2.8", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    [InlineData("fe80::1%2", "fe80::9%2", true)]
    [InlineData("::1", "0.0.0.0", false)]
    public void SendersThatCannotBeToldApart_AreOne(string left, string right, bool same)
    {
        ClientAddress first = ClientAddress.Of(IPAddress.Parse(left)), second = ClientAddress.Of(IPAddress.Parse(right));

        (first == second).ShouldBe(same);
        first.IsKnown.ShouldBeTrue();
        second.IsKnown.ShouldBeTrue();
    }

    [Fact]
    public void NoAddress_IsNotKnown()
    {
        ClientAddress.Of(null).ShouldBe(default);
        default(ClientAddress).IsKnown.ShouldBeFalse();
    }
}
