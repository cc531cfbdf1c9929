using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Push.Hub.Browser;

/// <summary>The operator's page against the whole engine.</summary>
public sealed partial class AdminTests(BrowserFixture fixture)
{
    [Fact]
    public async Task CreatedAndOpenedInTheCockpit_ASaleIsSoldInTheShop_UntilItIsClosed()
    {
        await using IBrowserContext desk = await fixture.DeviceAsync();
        IPage cockpit = await desk.NewPageAsync();
        await cockpit.GotoAsync("/admin");
        await cockpit.Locator("#new-sale").ClickAsync();
        await cockpit.Locator("[name=name]").FillAsync("Made in the cockpit");
        await FillItemAsync(cockpit, "COCKPIT", "Pilot watch", "199.50", "3");
        await cockpit.Locator("#create-submit").ClickAsync();
        await Expect(cockpit.Locator("#detail-name")).ToHaveTextAsync("Made in the cockpit");

        // The form proposes a window that has not begun: nothing is sold merely because it was created.
        await Expect(cockpit.Locator("#detail-state")).ToHaveTextAsync("scheduled");
        await cockpit.Locator("[data-action=open]").ClickAsync();
        await Expect(cockpit.Locator("#detail-state")).ToHaveTextAsync("open");

        string saleId = (await cockpit.Locator("#detail-id").TextContentAsync())!;
        await using IBrowserContext phone = await fixture.DeviceAsync(390, 844);
        ShopPage shop = await ShopPage.OpenAsync(phone, saleId);
        await shop.GrabAsync("COCKPIT");
        await shop.ShouldShowAsync("COCKPIT", "pending-payment");
        await Expect(cockpit.Locator("[data-sku=COCKPIT] [data-field=left]")).ToHaveTextAsync("2");

        await using IBrowserContext other = await fixture.DeviceAsync(390, 844);
        ShopPage latecomer = await ShopPage.OpenAsync(other, saleId);
        await latecomer.ShouldShowAsync("COCKPIT", "grab");
        await cockpit.Locator("[data-action=close]").ClickAsync();
        await Expect(cockpit.Locator("#detail-state")).ToHaveTextAsync("closed");
        await latecomer.ShouldShowAsync("COCKPIT", "closed");
    }

    [Fact]
    public async Task RefusedSale_TheFaultIsShownAtItsField()
    {
        await using IBrowserContext desk = await fixture.DeviceAsync();
        IPage cockpit = await desk.NewPageAsync();
        await cockpit.GotoAsync("/admin");
        await cockpit.Locator("#new-sale").ClickAsync();
        await cockpit.Locator("[name=name]").FillAsync("Refused");
        await FillItemAsync(cockpit, "REFUSED", "Thing", "1", "0");
        await cockpit.Locator("#create-submit").ClickAsync();

        ILocator stock = cockpit.Locator("[data-item-field=stock]");
        await Expect(stock).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(cockpit.Locator(".field-error").Filter(new() { HasTextRegex = Something() })).Not.ToHaveCountAsync(0);
    }

    private static async Task FillItemAsync(IPage cockpit, string sku, string name, string price, string stock)
    {
        await cockpit.Locator("[data-item-field=skuId]").FillAsync(sku);
        await cockpit.Locator("[data-item-field=name]").FillAsync(name);
        await cockpit.Locator("[data-item-field=price]").FillAsync(price);
        await cockpit.Locator("[data-item-field=stock]").FillAsync(stock);
    }

    [GeneratedRegex(".+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Something();
}
