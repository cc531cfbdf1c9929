using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Push.Hub.Browser;

/// <summary>The shop as a buyer uses it.</summary>
internal sealed class ShopPage(IPage page)
{
    private readonly List<string> _faults = [];

    /// <summary>Uncaught errors and errors on the console, from the first request on.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public IPage Page => page;

    public ILocator Orders => page.Locator(".order");

    public static async Task<ShopPage> OpenAsync(IBrowserContext device, string saleId)
    {
        IPage page = await device.NewPageAsync();
        var shop = new ShopPage(page);
        page.PageError += (_, error) => shop._faults.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                shop._faults.Add(message.Text);
            }
        };
        await page.GotoAsync($"/?sale={saleId}");
        await shop.ShouldBeAsync("online");
        return shop;
    }

    public ILocator Card(string skuId) => page.Locator($"[data-sku='{skuId}']");

    public Task GrabAsync(string skuId) => Card(skuId).Locator("button.grab").ClickAsync();

    public ILocator PayButton(string skuId) => Card(skuId).Locator("button.grab");

    /// <summary>Presses the card's button once it is the way to pay.</summary>
    public async Task PayAsync(string skuId)
    {
        await ShouldPayAsync(skuId, "due");
        await Expect(PayButton(skuId)).ToHaveAttributeAsync("aria-disabled", "false");
        await PayButton(skuId).ClickAsync();
    }

    /// <summary>Waits for the payment of an item to be in a state of <c>payDesk.js</c>.</summary>
    public Task ShouldPayAsync(string skuId, string kind) => Expect(Card(skuId)).ToHaveAttributeAsync("data-pay", kind);

    /// <summary>The buyer that the page signed in.</summary>
    public async Task<string> BuyerAsync() => (await page.Locator("#buyer-id").TextContentAsync())!;

    /// <summary>A picture under <c>TestResults/screenshots/</c>.</summary>
    public Task CaptureAsync(string name) =>
        page.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Screenshots, $"{name}.png"), FullPage = true, Animations = ScreenshotAnimations.Disabled });

    /// <summary>Waits for the push connection to be online, offline, …</summary>
    public Task ShouldBeAsync(string status) => Expect(page.Locator("#push-status")).ToHaveAttributeAsync("data-status", status);

    /// <summary>Waits for an item to be in a state of <c>grabState.js</c>.</summary>
    public Task ShouldShowAsync(string skuId, string kind) => Expect(Card(skuId)).ToHaveAttributeAsync("data-kind", kind);

    public Task ShouldHaveOneOrderAsync(string status) =>
        Expect(Orders).ToHaveAttributeAsync("data-status", status);

    /// <summary>
    /// From now on the page asks nothing about orders by HTTP, so that what it shows of them can only have been pushed.
    /// </summary>
    public Task HearOrdersByPushOnlyAsync() => page.RouteAsync("**/api/v1/orders", route => route.AbortAsync());

    /// <summary>From now on tokens cost work that no device ever finishes.</summary>
    public Task WorkWithoutEndAsync() => page.RouteAsync("**/grab-token", route => route.FulfillAsync(new()
    {
        Status = 403,
        ContentType = "application/problem+json",
        Body = """{"type":"urn:seckill:error:proof-of-work-required","status":403,"challenge":{"text":"no.end","bits":64,"expiresAt":"2099-01-01T00:00:00Z"}}""",
    }));
}
