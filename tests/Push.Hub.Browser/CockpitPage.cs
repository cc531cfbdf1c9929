using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Push.Hub.Browser;

/// <summary>The cockpit as an operator uses it.</summary>
internal sealed class CockpitPage(IPage page)
{
    private readonly List<string> _faults = [];

    /// <summary>Uncaught errors, from the first request on.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public IPage Page => page;

    public ILocator State => page.Locator("#detail-state");

    public ILocator Editor => page.Locator("#editor");

    /// <summary>Opens it on a sale, or on whichever it chooses. What shall be answered otherwise than by the Api is arranged before.</summary>
    public static async Task<CockpitPage> OpenAsync(IBrowserContext device, string? saleId = null, Func<IPage, Task>? arrange = null)
    {
        IPage page = await device.NewPageAsync();
        var cockpit = new CockpitPage(page);
        page.PageError += (_, error) => cockpit._faults.Add(error);
        if (arrange is not null)
        {
            await arrange(page);
        }

        await page.GotoAsync(saleId is null ? "/admin/" : $"/admin/?sale={saleId}");
        await Expect(page.Locator("#health li")).Not.ToHaveCountAsync(0);
        return cockpit;
    }

    /// <summary>Answers a call of the page in the Api's place.</summary>
    public static Task AnswerAsync(IPage page, string url, string json, int status = 200) => page.RouteAsync(url, route => route.FulfillAsync(new()
    {
        Status = status,
        ContentType = status < 400 ? "application/json" : "application/problem+json",
        Body = json,
    }));

    /// <summary>Answers a call as the Api answers a role that may not make it.</summary>
    public static Task ForbidAsync(IPage page, string url) => AnswerAsync(page, url, """{"type":"urn:seckill:error:forbidden","title":"No","status":403}""", 403);

    public ILocator Action(string name) => page.Locator($"[data-action='{name}']");

    public ILocator Tab(string name) => page.Locator($"#tab-{name}");

    /// <summary>Waits for the chosen sale to be in a state.</summary>
    public Task ShouldBeAsync(string state) => Expect(State).ToHaveAttributeAsync("data-state", state);

    /// <summary>Says yes to what the page asks.</summary>
    public Task ConfirmAsync() => page.Locator("#ask-yes").ClickAsync();

    public async Task FillItemAsync(string sku, string name, string price, string stock)
    {
        await page.Locator("[data-item-field=skuId]").FillAsync(sku);
        await page.Locator("[data-item-field=name]").FillAsync(name);
        await page.Locator("[data-item-field=price]").FillAsync(price);
        await page.Locator("[data-item-field=stock]").FillAsync(stock);
    }
}
