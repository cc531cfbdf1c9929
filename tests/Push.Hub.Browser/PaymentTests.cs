using Microsoft.Playwright;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Push.Hub.Browser;

/// <summary>Paying on the buyer's page, against the whole engine.</summary>
public sealed class PaymentTests(BrowserFixture fixture) : IDisposable
{
    private readonly ShopApi _api = new(fixture.Url);

    [Fact]
    public async Task AfterAWin_TheButtonPays_AndPaidIsPushed_AndStaysAfterAReload()
    {
        string sale = await _api.OpenSaleAsync("Till", ("PAID", "Copper kettle", 24.90m, 10), ("OTHER", "Tin kettle", 9m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        await shop.HearOrdersByPushOnlyAsync();

        await shop.GrabAsync("PAID");
        await shop.ShouldPayAsync("PAID", "due");
        await Expect(shop.PayButton("PAID")).ToContainTextAsync("Pay 24.90 · 14:");
        await CaptureAsync(shop.Page, "pay-due");
        await shop.PayAsync("PAID");
        await shop.ShouldPayAsync("PAID", "processing");
        await CaptureAsync(shop.Page, "pay-processing");

        await shop.ShouldShowAsync("PAID", "paid");
        await shop.ShouldHaveOneOrderAsync("paid");
        await Expect(shop.Page.Locator("[data-sku='PAID'][data-pay]")).ToHaveCountAsync(0);
        await shop.Page.UnrouteAllAsync();
        await shop.Page.ReloadAsync();
        await shop.ShouldShowAsync("PAID", "paid");
        await CaptureAsync(shop.Page, "pay-paid");
        shop.Faults.Where(fault => !fault.Contains("ERR_FAILED")).ShouldBeEmpty();
    }

    [Fact]
    public async Task NotPaidInTime_CancelledLive_AndTheItemCanBeGrabbedAgain()
    {
        string sale = await _api.OpenSaleAsync("Too slow", ("SLOW", "Sundial", 75m, 1));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        await shop.GrabAsync("SLOW");
        await shop.ShouldPayAsync("SLOW", "due");
        await shop.HearOrdersByPushOnlyAsync();

        await fixture.LetTimePassAsync((await shop.Orders.GetAttributeAsync("data-order"))!);

        await shop.ShouldHaveOneOrderAsync("cancelled");
        await shop.ShouldShowAsync("SLOW", "grab");
        await Expect(shop.Card("SLOW").Locator(".note")).ToContainTextAsync("cancelled");
        await CaptureAsync(shop.Page, "pay-cancelled");
    }

    [Fact]
    public async Task PaidTooLate_RefundedLive_InChinese()
    {
        string sale = await _api.OpenSaleAsync("迟到", ("LATE", "怀表", 199m, 3));
        await using IBrowserContext device = await fixture.DeviceAsync(390, 844, ColorScheme.Dark, "zh-CN");
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        await shop.GrabAsync("LATE");
        await Expect(shop.PayButton("LATE")).ToContainTextAsync("支付 199.00");
        string order = (await shop.Orders.GetAttributeAsync("data-order"))!;
        // The bank takes its time with this one: longer than the deadline leaves.
        await shop.Page.RouteAsync("**/payments", async route =>
        {
            if (route.Request.Method == "POST")
            {
                await route.ContinueAsync(new() { PostData = System.Text.Encoding.UTF8.GetBytes("""{"amount":199,"sandbox":{"latencyMs":10000}}""") });
            }
            else
            {
                await route.ContinueAsync();
            }
        });

        await CaptureAsync(shop.Page, "pay-due-zh-phone-dark");
        await shop.PayAsync("LATE");
        await shop.ShouldPayAsync("LATE", "processing");
        await fixture.BeingChargedAsync(order);
        await fixture.LetTimePassAsync(order);

        await shop.ShouldHaveOneOrderAsync("refunded");
        await Expect(shop.Orders.Locator(".order-status")).ToHaveTextAsync("已退款");
        await CaptureAsync(shop.Page, "pay-refunded-zh-phone-dark");
    }

    [Fact]
    public async Task HammeringTheButton_GrabsButDoesNotPay()
    {
        string sale = await _api.OpenSaleAsync("Hammered", ("HAMMER", "Anvil", 320m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        int payments = 0;
        shop.Page.Request += (_, request) => payments += request.Method == "POST" && request.Url.EndsWith("/payments", StringComparison.Ordinal) ? 1 : 0;

        // Blows that stop with the first sight of the pay button: those that are already on their way must not pay.
        await shop.Page.EvaluateAsync(
            """
            () => new Promise((done) => {
              const card = document.querySelector('[data-sku="HAMMER"]');
              const button = card.querySelector('button.grab');
              const hammer = setInterval(() => button.click(), 20);
              new MutationObserver(() => {
                if (!card.dataset.pay) return;
                for (let blow = 0; blow < 5; blow += 1) button.click();
                clearInterval(hammer);
                done();
              }).observe(card, { attributes: true, attributeFilter: ['data-pay'] });
            })
            """);

        payments.ShouldBe(0);
        await shop.ShouldPayAsync("HAMMER", "due");
    }

    [Fact]
    public async Task Declined_SaidOnThePage_AndTheNextAttemptPays()
    {
        string sale = await _api.OpenSaleAsync("Declined", ("DECLINED", "Gold ring", 999m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync();
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        await shop.GrabAsync("DECLINED");
        await shop.Page.RouteAsync("**/payments", async route =>
        {
            if (route.Request.Method == "POST")
            {
                await route.ContinueAsync(new() { PostData = System.Text.Encoding.UTF8.GetBytes("""{"amount":999,"sandbox":{"outcome":"declined","latencyMs":0}}""") });
            }
            else
            {
                await route.ContinueAsync();
            }
        });

        await shop.PayAsync("DECLINED");
        await shop.ShouldPayAsync("DECLINED", "declined");
        await CaptureAsync(shop.Page, "pay-declined");

        await shop.Page.UnrouteAllAsync();
        await shop.PayButton("DECLINED").ClickAsync();
        await shop.ShouldShowAsync("DECLINED", "paid");
    }

    public void Dispose() => _api.Dispose();

    private static async Task CaptureAsync(IPage page, string name)
    {
        await page.EvaluateAsync("() => scrollTo(0, 0)");
        int overflow = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        overflow.ShouldBe(0, $"{name} scrolls sideways");
        await page.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Screenshots, $"{name}.png"), FullPage = true, Animations = ScreenshotAnimations.Disabled });
    }
}
