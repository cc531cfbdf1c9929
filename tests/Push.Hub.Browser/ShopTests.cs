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

    [Theory]
    [InlineData("single-use", 12)]
    [InlineData("single-use", 0)]
    [InlineData("required", 8)]
    public async Task SaleWithTokens_OnePressFetchesWorksAndBuys(string grabToken, int proofOfWorkBits)
    {
        string sale = await _api.OpenGuardedSaleAsync("Guarded", new { grabToken, proofOfWorkBits }, ("GUARDED", "Safe deposit box", 75m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage shop = await ShopPage.OpenAsync(device, sale);

        await shop.GrabAsync("GUARDED");

        await shop.ShouldShowAsync("GUARDED", "pending-payment");
        await shop.ShouldHaveOneOrderAsync("pending-payment");
    }

    /// <summary>Goal: work never blocks the page, and can be given up. Method: work that has no end; pressing once more must not be what gives it up.</summary>
    [Fact]
    public async Task WorkForAToken_LeavesThePageAlive_AndCanBeCancelled()
    {
        string sale = await _api.OpenGuardedSaleAsync("Hard work", new { grabToken = "single-use", proofOfWorkBits = 8 }, ("WORK", "Pickaxe", 12m, 10), ("REST", "Deck chair", 30m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        await shop.WorkWithoutEndAsync();

        await shop.GrabAsync("WORK");
        await shop.ShouldShowAsync("WORK", "working");
        await shop.Card("WORK").Locator("button.grab").ClickAsync(new() { Force = true });
        await shop.Page.Locator("#language").ClickAsync();
        await Expect(shop.Card("WORK").Locator("button.cancel")).ToHaveTextAsync("取消");
        await shop.Page.Locator("#language").ClickAsync();
        await shop.ShouldShowAsync("WORK", "working");
        await shop.ShouldShowAsync("REST", "grab");

        await shop.Card("WORK").Locator("button.cancel").ClickAsync();
        await shop.ShouldShowAsync("WORK", "grab");
        await Expect(shop.Card("WORK").Locator("button.grab")).ToBeFocusedAsync();

        await shop.Page.UnrouteAllAsync();
        await shop.GrabAsync("WORK");
        await shop.ShouldShowAsync("WORK", "pending-payment");
    }

    /// <summary>Goal: one press is enough, whoever waits sees it move, and a page that is loaded again keeps its place. Method: others stand in line first.</summary>
    [Fact]
    public async Task WaitingRoom_OnePressLinesUp_TheLineMoves_AReloadKeepsThePlace_AndTheBuyerIsLetIn()
    {
        string sale = await _api.OpenGuardedSaleAsync("In line", new { grabToken = "required", waitingRoom = new { admitPerSecond = 1 } }, ("LINE", "Velvet rope", 60m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        await _api.LineUpAsync(sale, 12);

        await shop.GrabAsync("LINE");
        await shop.ShouldShowAsync("LINE", "waiting");
        ILocator figures = shop.Card("LINE").Locator(".line dd");
        string place = (await figures.Nth(2).TextContentAsync())!;
        string ahead = (await figures.Nth(0).TextContentAsync())!;
        await Expect(figures.Nth(0)).Not.ToHaveTextAsync(ahead);

        // A request of a page that goes is reported by no one: what the page asked for is kept in its own session.
        await shop.Page.EvaluateAsync(
            "() => { const send = window.fetch; window.fetch = (url, how) => { if (how?.keepalive) sessionStorage.setItem('sent', `${how.method} ${url}`); return send(url, how); }; }");
        await shop.Page.ReloadAsync();
        await shop.ShouldShowAsync("LINE", "waiting");
        await Expect(figures.Nth(2)).ToHaveTextAsync(place);
        (await shop.Page.EvaluateAsync<string>("() => sessionStorage.getItem('sent')")).ShouldBe($"DELETE /api/v1/sales/{sale}/waiting-room?closing=true");

        await shop.ShouldShowAsync("LINE", "pending-payment");
        await shop.ShouldHaveOneOrderAsync("pending-payment");
    }

    [Fact]
    public async Task WaitingRoom_LeavingTheLine_GivesThePlaceBack()
    {
        string sale = await _api.OpenGuardedSaleAsync("Left", new { grabToken = "required", waitingRoom = new { admitPerSecond = 1, maxWaiting = 60 } }, ("LEFT", "Folding chair", 60m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        await _api.LineUpAsync(sale, 30);
        await shop.GrabAsync("LEFT");
        await shop.ShouldShowAsync("LEFT", "waiting");
        long place = long.Parse((await shop.Card("LEFT").Locator(".line dd").Nth(2).TextContentAsync())!);

        Task<IResponse> left = shop.Page.WaitForResponseAsync(response => response.Request.Method == "DELETE");
        await shop.Card("LEFT").Locator("button.cancel").ClickAsync();
        await shop.ShouldShowAsync("LEFT", "grab");
        (await left).Status.ShouldBe(204);
        await Expect(shop.Card("LEFT").Locator("button.grab")).ToBeFocusedAsync();

        await shop.GrabAsync("LEFT");
        await shop.ShouldShowAsync("LEFT", "waiting");
        long.Parse((await shop.Card("LEFT").Locator(".line dd").Nth(2).TextContentAsync())!).ShouldBeGreaterThan(place);
    }

    [Fact]
    public async Task TokenThatIsRefused_IsReplacedOnce_AndTheGrabGoesThrough()
    {
        string sale = await _api.OpenGuardedSaleAsync("Stale token", new { grabToken = "required" }, ("STALE", "Bread", 3m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        int issued = 0;
        await shop.Page.RouteAsync("**/grab-token", async route =>
        {
            if (++issued == 1)
            {
                await route.FulfillAsync(new() { ContentType = "application/json", Body = """{"token":"made.up","expiresAt":"2099-01-01T00:00:00Z"}""" });
                return;
            }

            await route.ContinueAsync();
        });

        await shop.GrabAsync("STALE");

        await shop.ShouldShowAsync("STALE", "pending-payment");
        issued.ShouldBe(2);
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
