using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Push.Hub.Browser;

/// <summary>The shop as a buyer uses it.</summary>
internal sealed class ShopPage(IPage page)
{
    /// <summary>Longer than a consumer group takes to settle after the stack has just started.</summary>
    private const float PatienceMs = 30_000;

    public IPage Page => page;

    public ILocator Orders => page.Locator(".order");

    public static async Task<ShopPage> OpenAsync(IBrowserContext device, string saleId)
    {
        IPage page = await device.NewPageAsync();
        await page.GotoAsync($"/?sale={saleId}");
        var shop = new ShopPage(page);
        await shop.ShouldBeAsync("online");
        return shop;
    }

    public ILocator Card(string skuId) => page.Locator($"[data-sku='{skuId}']");

    public Task GrabAsync(string skuId) => Card(skuId).Locator("button.grab").ClickAsync();

    /// <summary>Waits for the push connection to be online, offline, …</summary>
    public Task ShouldBeAsync(string status) => Expect(page.Locator("#push-status")).ToHaveAttributeAsync("data-status", status, new() { Timeout = PatienceMs });

    /// <summary>Waits for an item to be in a state of <c>grabState.js</c>.</summary>
    public Task ShouldShowAsync(string skuId, string kind) => Expect(Card(skuId)).ToHaveAttributeAsync("data-kind", kind, new() { Timeout = PatienceMs });

    public Task ShouldHaveOneOrderAsync(string status) =>
        Expect(Orders).ToHaveAttributeAsync("data-status", status, new() { Timeout = PatienceMs });

    /// <summary>
    /// From now on the page asks nothing about orders by HTTP, so that what it shows of them can only have been pushed.
    /// </summary>
    public Task HearOrdersByPushOnlyAsync() => page.RouteAsync("**/api/v1/orders", route => route.AbortAsync());
}
