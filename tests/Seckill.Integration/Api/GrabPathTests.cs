using Seckill.Api.Grabs;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Api;

/// <summary>Goal: the short cut takes exactly the paths that it understands, and leaves the others to the router. No server is needed.</summary>
public sealed class GrabPathTests
{
    [Theory]
    [InlineData("/api/v1/sales/7/items/phone/grabs", "7", "phone")]
    [InlineData("/API/v1/Sales/7/ITEMS/phone/Grabs", "7", "phone")]
    [InlineData("/api/v1/sales/no-number/items/a b/grabs", "no-number", "a b")]
    [InlineData("/api/v1/sales/7/items/grabs/grabs", "7", "grabs")]
    [InlineData("/api/v1/sales/items/items/items/grabs", "items", "items")]
    public void AGrab_IsRead(string path, string sale, string sku)
    {
        GrabPath.TryRead(path, out ReadOnlySpan<char> saleRead, out ReadOnlySpan<char> skuRead).ShouldBeTrue();

        (saleRead.ToString(), skuRead.ToString()).ShouldBe((sale, sku));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/api/v1/sales/grabs")]
    [InlineData("/api/v1/sales//grabs")]
    [InlineData("/api/v1/sales/7/grabs")]
    [InlineData("/api/v1/sales/7/items/grabs")]
    [InlineData("/api/v1/sales/7/items//grabs")]
    [InlineData("/api/v1/sales//items/phone/grabs")]
    [InlineData("/api/v1/sales/7/items/phone/grabs/")]
    [InlineData("/api/v1/sales/7/items/phone/grab-token")]
    [InlineData("/api/v1/sales/7/items/a/b/grabs")]
    [InlineData("/api/v1/sales/7/items/a%2Fb/grabs")]
    [InlineData("/api/v2/sales/7/items/phone/grabs")]
    public void AnotherPath_IsLeftAlone(string path) => GrabPath.TryRead(path, out _, out _).ShouldBeFalse();
}
