using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Push.Hub.Browser;

/// <summary>The cockpit's charts with ten minutes of data, which the test makes up in the Api's place.</summary>
public sealed class CockpitChartTests(BrowserFixture fixture) : IDisposable
{
    private const int Seconds = 600;

    private readonly ShopApi _api = new(fixture.Url);

    /// <summary>Goal: all five charts redraw within a frame. Method: the pointer moves over one of them at every frame, so that each frame draws all; what a frame's script took is measured in the page, and told.</summary>
    [Fact]
    public async Task TenMinutesOfData_EveryFrameDrawsOnce_AndIsTimed()
    {
        string sale = await _api.OpenSaleAsync("Ten minutes", ("TEN", "Hourglass", 3m, 5_000));
        await using IBrowserContext desk = await fixture.DeviceAsync(1440, 1000);
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk, sale, ArrangeAsync);
        await Expect(cockpit.Page.Locator("[data-tile=requests] dd")).Not.ToHaveTextAsync("–");
        // The tiles may be filled before the charts have a size.
        await Expect(cockpit.Page.Locator(".plot canvas").First).ToBeVisibleAsync();

        double[] took = await cockpit.Page.EvaluateAsync<double[]>("""
            async () => {
              const canvas = document.querySelector('.plot canvas');
              const width = canvas.clientWidth;
              const took = [];
              for (let i = 0; i < 200; i++) {
                const before = window.frameTimes.length;
                // Two moves and one frame: the second must not make another drawing.
                for (const x of [i, i + 0.4 * width]) canvas.dispatchEvent(new PointerEvent('pointermove', { clientX: canvas.getBoundingClientRect().left + (x % width), clientY: canvas.getBoundingClientRect().top + 20, bubbles: true }));
                await new Promise((resolve) => window.plainFrame(resolve));
                took.push(...window.frameTimes.slice(before));
              }
              return took;
            }
            """);

        took.Length.ShouldBeInRange(1, 202, "a frame drew more than once");
        double[] sorted = [.. took.Order()];
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"Five charts with {Seconds} s of data, {took.Length} frames: script per frame median {sorted[sorted.Length / 2]:0.00} ms, p95 {sorted[(int)(sorted.Length * 0.95)]:0.00} ms, "
            + $"max {sorted[^1]:0.00} ms; within 16.7 ms: {sorted.Count(ms => ms <= 16.7) * 100.0 / sorted.Length:0.0} %.");
        cockpit.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Cursor_MovesOverAllChartsByKeyboard_AndTheLegendsSayItsSecond()
    {
        string sale = await _api.OpenSaleAsync("By keyboard", ("KEYS", "Keyboard", 3m, 5_000));
        await using IBrowserContext desk = await fixture.DeviceAsync();
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk, sale, ArrangeAsync);
        ILocator accepted = cockpit.Page.Locator("[data-series=accepted] dd");
        ILocator p50 = cockpit.Page.Locator("[data-series=p50] dd");
        string newest = Accepted(Seconds - 1);
        await Expect(accepted).ToHaveTextAsync(newest);

        // What has no size yet takes no focus.
        await Expect(cockpit.Page.Locator(".plot canvas").First).ToBeVisibleAsync();
        await cockpit.Page.Locator(".plot canvas").First.FocusAsync();
        await cockpit.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(accepted).ToHaveTextAsync(Accepted(Seconds - 2));
        await cockpit.Page.Keyboard.PressAsync("PageUp");
        await Expect(accepted).ToHaveTextAsync(Accepted(Seconds - 62));
        await Expect(p50).ToHaveTextAsync($"{(Seconds - 62) % 7} ms");
        (await cockpit.Page.Locator(".plot canvas").First.GetAttributeAsync("aria-label"))!.ShouldContain($"Accepted {Accepted(Seconds - 62)}");
        await cockpit.Page.Keyboard.PressAsync("Escape");
        await Expect(accepted).ToHaveTextAsync(newest);
    }

    [Theory]
    [InlineData("phone", 360, 780, ColorScheme.Light, "en-US")]
    [InlineData("phone", 360, 780, ColorScheme.Dark, "zh-CN")]
    [InlineData("desktop", 1440, 900, ColorScheme.Light, "zh-CN")]
    [InlineData("desktop", 1440, 900, ColorScheme.Dark, "en-US")]
    public async Task ACrowdedSale_FitsTheScreen(string screen, int width, int height, ColorScheme scheme, string locale)
    {
        string sale = await _api.OpenSaleAsync("Autumn lightning sale", ("NOVA-X", "Nova X phone", 399m, 400), ("PEBBLE", "Pebble wireless buds", 29.90m, 600));
        await using IBrowserContext desk = await fixture.DeviceAsync(width, height, scheme, locale);
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk, sale, ArrangeAsync);
        await Expect(cockpit.Page.Locator("[data-tile=requests] dd")).Not.ToHaveTextAsync("–");

        await ScreenshotTests.CaptureAsync(cockpit.Page, $"cockpit-{screen}-{scheme}-{locale}");
        await cockpit.Page.Locator("#new-sale").ClickAsync();
        await ScreenshotTests.CaptureAsync(cockpit.Page, $"cockpit-editor-{screen}-{scheme}-{locale}");
        await cockpit.Page.Locator("#form-cancel").ClickAsync();
        foreach (string tab in (string[])["counts", "audit"])
        {
            await cockpit.Tab(tab).ClickAsync();
            await ScreenshotTests.CaptureAsync(cockpit.Page, $"cockpit-{tab}-{screen}-{scheme}-{locale}", cockpit.Page.Locator("#more"));
        }

        cockpit.Faults.ShouldBeEmpty();
    }

    public void Dispose() => _api.Dispose();

    private static string Accepted(int second) => $"{(second % 100).ToString(CultureInfo.InvariantCulture)}/s";

    private static async Task ArrangeAsync(IPage page)
    {
        // Times what the page does in each frame; the measurement itself waits by the frames that are not timed.
        await page.AddInitScriptAsync("""
            window.frameTimes = [];
            window.plainFrame = window.requestAnimationFrame.bind(window);
            window.requestAnimationFrame = (draw) => window.plainFrame((at) => { const start = performance.now(); draw(at); window.frameTimes.push(performance.now() - start); });
            """);
        long from = 1_780_000_000;
        bool told = false;
        await page.RouteAsync("**/live?*", async route =>
        {
            await route.FulfillAsync(new() { ContentType = "application/json", Body = told ? Nothing(from + Seconds) : TenMinutes(from) });
            told = true;
        });
        await CockpitPage.AnswerAsync(page, "**/stats", """
            {"saleId":"1","items":[{"skuId":"NOVA-X","stock":400,"left":31,"held":7,"sold":362,"outboxLength":2,"epoch":1,"version":9},{"skuId":"PEBBLE","stock":600,"left":512,"held":1,"sold":87,"outboxLength":0,"epoch":1,"version":9}],
            "grabs":{"reserved":457,"sold-out":18250,"throttled-sale":70120,"throttled":8120,"not-open":2210,"already-grabbed":95,"overloaded":12},"orders":{"pending-payment":120,"paid":310,"cancelled":19,"reserved":0},
            "outboxLength":2,"consumerLag":48,"serverTime":"2026-06-01T12:00:00Z"}
            """);
        await CockpitPage.AnswerAsync(page, "**/admin/audit?*", """
            {"entries":[{"id":"12","at":"2026-06-01T12:00:00Z","who":"alice","role":"operator","action":"sale.pause","target":"sale/4711","before":{"state":"open"},"after":{"state":"paused"},"address":"10.0.0.7"}],"next":"12"}
            """);
    }

    private static string Nothing(long next) => $$"""{"from":{{next}},"seconds":0,"grabs":{},"p50Ms":[],"p95Ms":[],"p99Ms":[],"serverTime":"2026-06-01T12:00:00Z"}""";

    private static string TenMinutes(long from)
    {
        string List(Func<int, double> value) => new StringBuilder("[").AppendJoin(',', Enumerable.Range(0, Seconds).Select(i => value(i).ToString("0.##", CultureInfo.InvariantCulture))).Append(']').ToString();
        double Wave(int i, double size) => Math.Round(size * (1 + Math.Sin(i / 40.0)) * (i < 60 ? i / 60.0 : 1));
        return $$"""
            {"from":{{from}},"seconds":{{Seconds}},"grabs":{"reserved":{{List(i => i % 100)}},"sold-out":{{List(i => Wave(i, 90))}},"throttled-sale":{{List(i => Wave(i + 80, 240))}},"overloaded":{{List(i => i is > 300 and < 330 ? 60 : 0)}}},
            "p50Ms":{{List(i => i % 7)}},"p95Ms":{{List(i => 9 + (i % 11))}},"p99Ms":{{List(i => 22 + (i % 23))}},"serverTime":"2026-06-01T12:00:00Z"}
            """;
    }
}
