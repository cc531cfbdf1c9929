using Microsoft.Playwright;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Push.Hub.Browser;

/// <summary>The buyer's page while its connection, its tabs and its sign-in come and go.</summary>
public sealed class ConnectionTests(BrowserFixture fixture) : IDisposable
{
    private readonly ShopApi _api = new(fixture.Url);

    [Fact]
    public async Task TwoTabsOfOneBuyer_BothShowTheOrderOnce_AlsoWhenOneIsLoadedAgain()
    {
        string sale = await _api.OpenSaleAsync("Two tabs", ("TABS", "Twin mug", 8m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage first = await ShopPage.OpenAsync(device, sale);
        ShopPage second = await ShopPage.OpenAsync(device, sale);
        await second.HearOrdersByPushOnlyAsync();

        await first.GrabAsync("TABS");

        foreach (ShopPage tab in new[] { first, second })
        {
            await tab.ShouldShowAsync("TABS", "pending-payment");
            await tab.ShouldHaveOneOrderAsync("pending-payment");
        }

        // The tabs share one stored position: what the other has taken is not sent again, and what this one shows comes by HTTP.
        await first.Page.ReloadAsync();
        await first.ShouldBeAsync("online");
        await first.ShouldShowAsync("TABS", "pending-payment");
        await first.ShouldHaveOneOrderAsync("pending-payment");
        await second.ShouldHaveOneOrderAsync("pending-payment");
    }

    /// <summary>Goal: what was sent to a device without a network is shown once when it is back. Method: the buyer's other device sees it arrive meanwhile, so it does stand in the mailbox.</summary>
    [Fact]
    public async Task OfflineInMidSale_TheOrderComesMeanwhile_AndIsShownOnceOnReturn()
    {
        string sale = await _api.OpenSaleAsync("Tunnel", ("TUNNEL", "Head torch", 15m, 10));
        await using IBrowserContext phone = await fixture.DeviceAsync(390, 844);
        ShopPage shop = await ShopPage.OpenAsync(phone, sale);
        await shop.HearOrdersByPushOnlyAsync();
        await using IBrowserContext desktop = await fixture.DeviceAsync(signedInOn: phone);
        ShopPage atHome = await ShopPage.OpenAsync(desktop, sale);
        await atHome.HearOrdersByPushOnlyAsync();
        string buyer = await shop.BuyerAsync();
        (await atHome.BuyerAsync()).ShouldBe(buyer);

        await phone.SetOfflineAsync(true);
        await shop.ShouldBeAsync("offline");
        await _api.GrabAsync(sale, "TUNNEL", buyer);
        await atHome.ShouldHaveOneOrderAsync("pending-payment");
        await shop.ShouldBeAsync("offline");
        (await shop.Orders.CountAsync()).ShouldBe(0);
        await shop.CaptureAsync("push-offline");

        await phone.SetOfflineAsync(false);
        await shop.ShouldBeAsync("online");
        await shop.ShouldShowAsync("TUNNEL", "pending-payment");
        await shop.ShouldHaveOneOrderAsync("pending-payment");
        await Expect(shop.Page.Locator("#push-status")).ToHaveTextAsync("Live");
        await shop.CaptureAsync("push-back");
    }

    [Fact]
    public async Task OperatorsNotice_IsShownAsText_UntilItIsRead()
    {
        string sale = await _api.OpenSaleAsync("Notice", ("NOTICE", "Bell", 5m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync(390, 844);
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        ILocator notice = shop.Page.Locator("#notices .notice");

        await _api.NotifyAsync(await shop.BuyerAsync(), new { severity = "warning", title = "Back at ten <b>sharp</b>", text = "We change the shelves.", link = "https://example.org/why" });

        await Expect(notice.Locator("h2")).ToHaveTextAsync("Back at ten <b>sharp</b>");
        await Expect(notice.Locator("a")).ToHaveAttributeAsync("href", "https://example.org/why");
        await shop.CaptureAsync("push-notice");
        await notice.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(notice).ToHaveCountAsync(0);
    }

    /// <summary>Goal: whoever loads the page again in the rush sees stock and order at once. Method: the hub cannot be reached meanwhile, so nothing that is shown waits for push.</summary>
    [Fact]
    public async Task ReloadInMidSale_TheStateIsShownBeforePushIsBack_AndMovesOnAfter()
    {
        string sale = await _api.OpenSaleAsync("Rush", ("RUSH", "Rush mat", 12m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        await shop.GrabAsync("RUSH");
        await shop.ShouldHaveOneOrderAsync("pending-payment");
        for (int i = 0; i < 3; i++)
        {
            await _api.GrabAsync(sale, "RUSH", $"rush-{sale}-{i}");
        }

        ILocator stock = shop.Card("RUSH").GetByText("6 of 10 left");
        await Expect(stock).ToBeVisibleAsync();
        bool reachable = false;
        await shop.Page.RouteWebSocketAsync("**/hubs/push**", socket =>
        {
            if (reachable)
            {
                socket.ConnectToServer();
            }
            else
            {
                _ = socket.CloseAsync();
            }
        });

        await shop.Page.ReloadAsync();
        await shop.ShouldShowAsync("RUSH", "pending-payment");
        await shop.ShouldHaveOneOrderAsync("pending-payment");
        await Expect(stock).ToBeVisibleAsync();
        await shop.ShouldBeAsync("reconnecting");
        await shop.CaptureAsync("push-reload-in-mid-sale");

        reachable = true;
        await shop.ShouldBeAsync("online");
        await _api.GrabAsync(sale, "RUSH", $"rush-{sale}-last");
        await Expect(shop.Card("RUSH").GetByText("5 of 10 left")).ToBeVisibleAsync();
        await shop.ShouldHaveOneOrderAsync("pending-payment");
    }

    [Fact]
    public async Task TokensRevoked_ThePageSaysSo_AndDoesNotKnockAgain()
    {
        string sale = await _api.OpenSaleAsync("Revoked", ("REVOKED", "Skeleton key", 5m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        int sockets = 0;
        shop.Page.WebSocket += (_, _) => Interlocked.Increment(ref sockets);

        await _api.RevokeTokensAsync(await shop.BuyerAsync());

        await shop.ShouldBeAsync("signed-out");
        await Expect(shop.Page.Locator("#sign-in")).ToBeVisibleAsync();
        // Looking at the page again, or a network that comes back, would end a pause between attempts at once.
        await device.SetOfflineAsync(true);
        await device.SetOfflineAsync(false);
        await shop.ShouldShowAsync("REVOKED", "signed-out");
        sockets.ShouldBe(0);
        await shop.CaptureAsync("push-revoked");

        // Nobody gives the page another token: what is left of the old one is refused, by HTTP where it can be told why.
        string revoked = (await shop.Page.EvaluateAsync<string>("() => localStorage.getItem('seckill.token')"))!;
        await shop.Page.RouteAsync("**/api/v1/dev/tokens", route => route.FulfillAsync(new() { ContentType = "application/json", Body = $$"""{"accessToken":"{{revoked}}"}""" }));
        await shop.Page.ReloadAsync();
        await shop.ShouldShowAsync("REVOKED", "signed-out");
        await shop.ShouldBeAsync("signed-out");
        sockets.ShouldBe(0);
    }

    public void Dispose() => _api.Dispose();
}
