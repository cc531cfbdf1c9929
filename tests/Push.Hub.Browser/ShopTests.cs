using Microsoft.Playwright;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Push.Hub.Browser;

/// <summary>The buyer's page against the whole engine.</summary>
public sealed class ShopTests(BrowserFixture fixture) : IDisposable
{
    private readonly ShopApi _api = new(fixture.Url);

    [Fact]
    public async Task Grab_TheOrderIsPushed_AndStaysAfterAReload()
    {
        string sale = await _api.OpenSaleAsync("Reload", ("RELOAD", "Kettle", 24.90m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        await shop.HearOrdersByPushOnlyAsync();

        await shop.GrabAsync("RELOAD");
        await shop.ShouldShowAsync("RELOAD", "pending-payment");
        string number = (await shop.Orders.GetAttributeAsync("data-order"))!;

        await shop.Page.UnrouteAllAsync();
        await shop.Page.ReloadAsync();
        await shop.ShouldShowAsync("RELOAD", "pending-payment");
        (await shop.Orders.GetAttributeAsync("data-order")).ShouldBe(number);
    }

    [Fact]
    public async Task OneUnit_TheSecondBuyerSeesSoldOut()
    {
        string sale = await _api.OpenSaleAsync("One unit", ("ONLY", "The only one", 5m, 1));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        await shop.ShouldShowAsync("ONLY", "grab");

        await _api.GrabAsync(sale, "ONLY", "faster-buyer");

        // Told by the pushed stock hint, without a click; a reload asks the Api and hears the same.
        await shop.ShouldShowAsync("ONLY", "sold-out");
        await shop.Page.ReloadAsync();
        await shop.ShouldShowAsync("ONLY", "sold-out");
        (await shop.Orders.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task TwoTabsOfOneBuyer_BothSeeTheResult()
    {
        string sale = await _api.OpenSaleAsync("Two tabs", ("TABS", "Twin mug", 8m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage first = await ShopPage.OpenAsync(device, sale);
        ShopPage second = await ShopPage.OpenAsync(device, sale);
        await second.HearOrdersByPushOnlyAsync();

        await first.GrabAsync("TABS");

        await first.ShouldShowAsync("TABS", "pending-payment");
        await second.ShouldShowAsync("TABS", "pending-payment");
        await second.ShouldHaveOneOrderAsync("pending-payment");
    }

    [Fact]
    public async Task OfflineWhenTheOrderIsWritten_TheResultArrivesOnceOnlineAgain()
    {
        string sale = await _api.OpenSaleAsync("Tunnel", ("TUNNEL", "Head torch", 15m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        await shop.HearOrdersByPushOnlyAsync();
        string buyer = (await shop.Page.Locator("#buyer-id").TextContentAsync())!;

        await device.SetOfflineAsync(true);
        await shop.ShouldBeAsync("offline");
        await _api.GrabAsync(sale, "TUNNEL", buyer);
        (await shop.Orders.CountAsync()).ShouldBe(0);

        await device.SetOfflineAsync(false);
        await shop.ShouldBeAsync("online");
        await shop.ShouldShowAsync("TUNNEL", "pending-payment");
    }

    [Fact]
    public async Task KeyboardAlone_IsEnoughToGrab()
    {
        string sale = await _api.OpenSaleAsync("Keyboard", ("KEYS", "Keyboard", 49m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        ILocator button = shop.Card("KEYS").Locator("button.grab");

        await button.FocusAsync();
        await shop.Page.Keyboard.PressAsync("Enter");

        await shop.ShouldShowAsync("KEYS", "pending-payment");
        await Expect(button).ToBeFocusedAsync();
        await Expect(shop.Page.Locator("#announcer")).ToContainTextAsync("Keyboard");
    }

    [Fact]
    public async Task OpenedAndClosedByAnOperator_TheButtonFollowsByPush()
    {
        string sale = await _api.CreateSaleAsync("Steered", TimeSpan.FromHours(1), ("STEERED", "Sailing boat", 990m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        await shop.ShouldShowAsync("STEERED", "countdown");

        // No more questions about sales: what the page shows of their state can only have been pushed.
        await shop.Page.RouteAsync("**/api/v1/sales**", route => route.AbortAsync());
        await shop.Page.RouteAsync("**/api/v1/sales/*", route => route.AbortAsync());
        await _api.SteerAsync(sale, "open");
        await shop.ShouldShowAsync("STEERED", "grab");

        await _api.SteerAsync(sale, "close");
        await shop.ShouldShowAsync("STEERED", "closed");
    }

    [Fact]
    public async Task Throttled_TheButtonCountsDownAndComesBack()
    {
        string sale = await _api.OpenSaleAsync("Throttled", ("BUSY", "Popular lamp", 35m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        await shop.Page.RouteAsync("**/grabs", route => route.FulfillAsync(new()
        {
            Status = 429,
            ContentType = "application/problem+json",
            Headers = [new("Retry-After", "2")],
            Body = """{"type":"urn:seckill:error:throttled","title":"Slow down","status":429}""",
        }));

        await shop.GrabAsync("BUSY");
        await shop.ShouldShowAsync("BUSY", "slow-down");
        await Expect(shop.Card("BUSY").Locator("button.grab")).ToHaveAttributeAsync("aria-disabled", "true");

        await shop.Page.UnrouteAllAsync();
        await shop.ShouldShowAsync("BUSY", "grab");
        await shop.GrabAsync("BUSY");
        await shop.ShouldShowAsync("BUSY", "pending-payment");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TokenThatIsNoLongerGood_IsRenewedForTheSameBuyer(bool reload)
    {
        string sale = await _api.OpenSaleAsync("Renewal", ("RENEWED", "Library card", 1m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        string buyer = (await shop.Page.Locator("#buyer-id").TextContentAsync())!;

        await shop.Page.EvaluateAsync("() => localStorage.setItem('seckill.token', localStorage.getItem('seckill.token').replace(/[^.]*$/, 'forged'))");
        if (reload)
        {
            await shop.Page.ReloadAsync();
            await shop.ShouldBeAsync("online");
        }

        await shop.GrabAsync("RENEWED");
        await shop.ShouldShowAsync("RENEWED", "pending-payment");
        await Expect(shop.Page.Locator("#buyer-id")).ToHaveTextAsync(buyer);
    }

    public void Dispose() => _api.Dispose();
}
