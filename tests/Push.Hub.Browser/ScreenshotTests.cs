using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Push.Hub.Browser;

/// <summary>Pictures of both pages under <c>TestResults/screenshots/</c>, and the checks that a picture is worth looking at: no script error, no sideways scroll.</summary>
public sealed class ScreenshotTests(BrowserFixture fixture) : IDisposable
{
    private readonly ShopApi _api = new(fixture.Url);

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
        List<string> errors = [];
        shop.Page.PageError += (_, error) => errors.Add(error);

        await shop.GrabAsync("NOVA-X");
        await shop.ShouldShowAsync("NOVA-X", "pending-payment");
        await CaptureAsync(shop.Page, $"shop-{screen}-{scheme}");

        await shop.Page.GotoAsync($"/admin/?sale={sale}");
        await Assertions.Expect(shop.Page.Locator("#stock tr")).ToHaveCountAsync(3);
        await CaptureAsync(shop.Page, $"admin-{screen}-{scheme}");
        errors.ShouldBeEmpty();
    }

    public void Dispose() => _api.Dispose();

    private static async Task CaptureAsync(IPage page, string name)
    {
        int overflow = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        overflow.ShouldBe(0, $"{name} scrolls sideways");
#pragma warning disable CA1308 // File names are lower case.
        string file = $"{name.ToLowerInvariant()}.png";
#pragma warning restore CA1308
        await page.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Screenshots, file), FullPage = true, Animations = ScreenshotAnimations.Disabled });
    }
}
