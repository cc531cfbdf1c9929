using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Push.Hub.Browser;

/// <summary>Pictures of both pages under <c>TestResults/screenshots/</c>, and the checks that a picture is worth looking at: no script error, no sideways scroll.</summary>
public sealed class ScreenshotTests(BrowserFixture fixture) : IDisposable
{
    private readonly ShopApi _api = new(fixture.Url);

    /// <summary>Long enough to break a layout that trusts names to be short.</summary>
    private const string LongName = "Außergewöhnlich-haltbare Zweihundertfünfundsiebzig-Watt-Espressomaschinenreinigungsbürste, limited collector’s edition";

    [Theory]
    [InlineData("phone", 390, 844, ColorScheme.Light)]
    [InlineData("phone", 390, 844, ColorScheme.Dark)]
    [InlineData("desktop", 1280, 800, ColorScheme.Light)]
    [InlineData("desktop", 1280, 800, ColorScheme.Dark)]
    public async Task Pages_FitTheScreen_AndRunWithoutErrors(string screen, int width, int height, ColorScheme scheme)
    {
        string sale = await _api.OpenSaleAsync(
            "Autumn lightning sale", ("NOVA-X", "Nova X phone", 399m, 40), ("PEBBLE", "Pebble wireless buds", 29.90m, 60), ("ORBIT", "Orbit watch", 149m, 1));
        await _api.GrabAsync(sale, "ORBIT", $"collector-{screen}-{scheme}");
        await using IBrowserContext device = await fixture.DeviceAsync(width, height, scheme);
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        await shop.GrabAsync("NOVA-X");
        await shop.ShouldShowAsync("NOVA-X", "pending-payment");
        await CaptureAsync(shop.Page, $"shop-{screen}-{scheme}");

        await shop.Page.GotoAsync($"/admin/?sale={sale}");
        await Assertions.Expect(shop.Page.Locator("#stock tr")).ToHaveCountAsync(3);
        await Assertions.Expect(shop.Page.Locator("[data-tile=requests] dd")).Not.ToHaveTextAsync("–");
        await CaptureAsync(shop.Page, $"admin-{screen}-{scheme}");
        shop.Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("phone", 320, 640, ColorScheme.Light, "zh-CN")]
    [InlineData("desktop", 1440, 900, ColorScheme.Dark, "zh-CN")]
    [InlineData("phone", 320, 640, ColorScheme.Dark, "en-US")]
    public async Task EveryPhase_FitsInBothLanguages_AlsoWithLongNames(string screen, int width, int height, ColorScheme scheme, string locale)
    {
        string upcoming = await _api.CreateSaleAsync(LongName, TimeSpan.FromHours(30), ("LONG", LongName, 1_234_567.89m, 1_000_000), ("MUG", "搪瓷杯", 12.5m, 800));
        await using IBrowserContext device = await fixture.DeviceAsync(width, height, scheme, locale);
        ShopPage shop = await ShopPage.OpenAsync(device, upcoming);
        await shop.ShouldShowAsync("LONG", "countdown");
        await CaptureAsync(shop.Page, $"upcoming-{screen}-{scheme}-{locale}");

        string open = await _api.OpenSaleAsync("中秋限时秒杀", ("SHORT", "月饼礼盒", 168m, 2_000), ("LONG", LongName, 1_234_567.89m, 1_000_000));
        await shop.Page.GotoAsync($"/?sale={open}");
        await shop.GrabAsync("LONG");
        await shop.ShouldShowAsync("LONG", "pending-payment");
        await CaptureAsync(shop.Page, $"open-{screen}-{scheme}-{locale}");

        await _api.SteerAsync(open, "close");
        await shop.ShouldShowAsync("SHORT", "closed");
        await CaptureAsync(shop.Page, $"closed-{screen}-{scheme}-{locale}");

        await shop.Page.GotoAsync("/?sale=1");
        await Assertions.Expect(shop.Page.Locator("#hero")).ToHaveAttributeAsync("data-state", "none");
        await CaptureAsync(shop.Page, $"none-{screen}-{scheme}-{locale}");

        await shop.Page.GotoAsync($"/admin/?sale={open}");
        await Assertions.Expect(shop.Page.Locator("#stock tr")).ToHaveCountAsync(2);
        await Assertions.Expect(shop.Page.Locator("[data-tile=requests] dd")).Not.ToHaveTextAsync("–");
        await CaptureAsync(shop.Page, $"admin-{screen}-{scheme}-{locale}");
        await shop.Page.Locator("#new-sale").ClickAsync();
        await CaptureAsync(shop.Page, $"editor-{screen}-{scheme}-{locale}");
    }

    [Theory]
    [InlineData("phone", 390, 844, ColorScheme.Light, "en-US")]
    [InlineData("phone", 320, 640, ColorScheme.Dark, "zh-CN")]
    [InlineData("desktop", 1280, 800, ColorScheme.Light, "zh-CN")]
    [InlineData("desktop", 1280, 800, ColorScheme.Dark, "en-US")]
    public async Task WorkForAToken_FitsTheScreen(string screen, int width, int height, ColorScheme scheme, string locale)
    {
        string sale = await _api.OpenGuardedSaleAsync(
            "Guarded lightning sale", new { grabToken = "single-use", proofOfWorkBits = 8 }, ("VAULT", "Vault phone", 499m, 40), ("CHAIN", "Chain watch", 149m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync(width, height, scheme, locale);
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        await shop.WorkWithoutEndAsync();

        await shop.GrabAsync("VAULT");
        await shop.ShouldShowAsync("VAULT", "working");
        await Assertions.Expect(shop.Card("VAULT").Locator("button.cancel")).ToBeVisibleAsync();

        // Endless work stands at zero for ever; half of it is what a picture is to show. A sheet of this kind is not the page's own and may pass its policy.
        await shop.Page.EvaluateAsync("() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('.grab { --work-share: 0.5 !important; }'); document.adoptedStyleSheets = [sheet]; }");
        await CaptureAsync(shop.Page, $"working-{screen}-{scheme}-{locale}");
    }

    [Theory]
    [InlineData("phone", 390, 844, ColorScheme.Light, "en-US")]
    [InlineData("phone", 320, 640, ColorScheme.Dark, "zh-CN")]
    [InlineData("desktop", 1280, 800, ColorScheme.Light, "zh-CN")]
    [InlineData("desktop", 1280, 800, ColorScheme.Dark, "en-US")]
    public async Task ThePlaceInLine_FitsTheScreen(string screen, int width, int height, ColorScheme scheme, string locale)
    {
        string sale = await _api.OpenGuardedSaleAsync(
            "Guarded lightning sale", new { grabToken = "required", waitingRoom = new { admitPerSecond = 1 } }, ("ROPE", "Velvet rope", 499m, 40), ("CHAIR", "Folding chair", 149m, 10));
        await using IBrowserContext device = await fixture.DeviceAsync(width, height, scheme, locale);
        ShopPage shop = await ShopPage.OpenAsync(device, sale);
        await shop.Page.RouteAsync("**/waiting-room", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = """{"state":"waiting","ticket":"t","place":1048576,"ahead":123456,"estimatedWaitMs":3599000,"lookAgainMs":600000,"admittedUntil":null,"serverTime":"2026-06-01T12:00:00Z"}""",
        }));

        await shop.GrabAsync("ROPE");
        await shop.ShouldShowAsync("ROPE", "waiting");
        await Assertions.Expect(shop.Card("ROPE").Locator("button.cancel")).ToBeVisibleAsync();
        await CaptureAsync(shop.Page, $"waiting-{screen}-{scheme}-{locale}");
    }

    public void Dispose() => _api.Dispose();

    /// <summary>A picture of the page, or of one part of it, once nothing of the page lies beside the screen.</summary>
    internal static async Task CaptureAsync(IPage page, string name, ILocator? part = null)
    {
        // A sticky header would otherwise be painted where the page had been scrolled to.
        await page.EvaluateAsync("() => scrollTo(0, 0)");
        int overflow = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        overflow.ShouldBe(0, $"{name} scrolls sideways");
#pragma warning disable CA1308 // File names are lower case.
        string file = $"{name.ToLowerInvariant()}.png";
#pragma warning restore CA1308
        string path = Path.Combine(BrowserFixture.Screenshots, file);
        await (part?.ScreenshotAsync(new() { Path = path, Animations = ScreenshotAnimations.Disabled })
            ?? page.ScreenshotAsync(new() { Path = path, FullPage = true, Animations = ScreenshotAnimations.Disabled }));
    }
}
