using Microsoft.Playwright;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Push.Hub.Browser;

/// <summary>What an operator does in the cockpit, against the whole engine.</summary>
public sealed class CockpitTests(BrowserFixture fixture) : IDisposable
{
    private readonly ShopApi _api = new(fixture.Url);

    [Fact]
    public async Task CreatedAndOpenedInTheCockpit_ASaleIsSoldInTheShop_PausedAndClosed()
    {
        await using IBrowserContext desk = await fixture.DeviceAsync();
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk);
        await cockpit.Page.Locator("#new-sale").ClickAsync();
        await cockpit.Page.Locator("#sale-form [name=name]").FillAsync("Made in the cockpit");
        await cockpit.FillItemAsync("COCKPIT", "Pilot watch", "199.50", "3");
        await cockpit.Page.Locator("#form-submit").ClickAsync();
        await Expect(cockpit.Page.Locator("#detail-name")).ToHaveTextAsync("Made in the cockpit");

        // The form proposes a window that has not begun: nothing is sold merely because it was created.
        await cockpit.ShouldBeAsync("scheduled");
        await cockpit.Action("open").ClickAsync();
        await cockpit.ShouldBeAsync("open");

        string saleId = (await cockpit.Page.Locator("#detail-id").TextContentAsync())!;
        await using IBrowserContext phone = await fixture.DeviceAsync(390, 844);
        ShopPage shop = await ShopPage.OpenAsync(phone, saleId);
        await shop.GrabAsync("COCKPIT");
        await shop.ShouldShowAsync("COCKPIT", "pending-payment");
        await Expect(cockpit.Page.Locator("[data-sku=COCKPIT] [data-field=left]")).ToHaveTextAsync("2");
        await Expect(cockpit.Page.Locator("[data-tile=left] dd")).ToHaveTextAsync("2");
        await Expect(cockpit.Page.Locator("[data-step=ordered] strong")).ToHaveTextAsync("1");

        await using IBrowserContext other = await fixture.DeviceAsync(390, 844);
        ShopPage latecomer = await ShopPage.OpenAsync(other, saleId);
        await latecomer.ShouldShowAsync("COCKPIT", "grab");
        await cockpit.Action("pause").ClickAsync();
        await cockpit.ShouldBeAsync("paused");
        await latecomer.ShouldShowAsync("COCKPIT", "paused");
        await ScreenshotTests.CaptureAsync(latecomer.Page, "shop-paused");
        await cockpit.Action("resume").ClickAsync();

        // Opened by hand before its window: going on means waiting for the window again.
        await cockpit.ShouldBeAsync("scheduled");
        await latecomer.ShouldShowAsync("COCKPIT", "countdown");
        await cockpit.Action("open").ClickAsync();
        await latecomer.ShouldShowAsync("COCKPIT", "grab");

        await cockpit.Action("close").ClickAsync();
        await cockpit.ConfirmAsync();
        await cockpit.ShouldBeAsync("closed");
        await latecomer.ShouldShowAsync("COCKPIT", "closed");
        cockpit.Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("en-US", "1 to 10,000,000 units.", "0 to 22, and only with a grab token.")]
    [InlineData("zh-CN", "1 至 10,000,000 件。", "0 至 22，且须使用抢购凭证。")]
    public async Task RefusedSale_EachFaultIsShownAtItsField_InTheReadersLanguage_AndTheFormStaysOpen(string locale, string ofStock, string ofWork)
    {
        await using IBrowserContext desk = await fixture.DeviceAsync(locale: locale);
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk);
        await cockpit.Page.Locator("#new-sale").ClickAsync();
        await cockpit.Page.Locator("#sale-form [name=name]").FillAsync("Refused");
        await cockpit.FillItemAsync("REFUSED", "Thing", "1", "0");
        await cockpit.Editor.Locator("[data-admission=grabToken]").SelectOptionAsync("required");
        await cockpit.Editor.Locator("[data-admission=proofOfWorkBits]").FillAsync("99");
        await cockpit.Page.Locator("#form-submit").ClickAsync();

        foreach ((string field, string fault) in ((string, string)[])[("[data-item-field=stock]", ofStock), ("[data-admission=proofOfWorkBits]", ofWork)])
        {
            ILocator input = cockpit.Editor.Locator(field);
            await Expect(input).ToHaveAttributeAsync("aria-invalid", "true");
            await Expect(input.Locator("xpath=..").Locator(".field-error")).ToHaveTextAsync(fault);
        }

        await Expect(cockpit.Editor).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Clone_ProposesEverythingOfTheSale_AndMakesAnother_WhichCanBeEdited()
    {
        string sale = await _api.OpenGuardedSaleAsync(
            "To be cloned", new { ratePerSecond = 70, burst = 9, grabToken = "required", proofOfWorkBits = 3, waitingRoom = new { admitPerSecond = 11, maxWaiting = 500 } },
            ("CLONE-A", "First", 12.5m, 4), ("CLONE-B", "Second", 7m, 6));
        await using IBrowserContext desk = await fixture.DeviceAsync();
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk, sale);
        await Expect(cockpit.Page.Locator("#detail-name")).ToHaveTextAsync("To be cloned");

        await cockpit.Action("clone").ClickAsync();
        await Expect(cockpit.Editor.Locator(".form-item")).ToHaveCountAsync(2);
        await Expect(cockpit.Editor.Locator("[data-item-field=price]").First).ToHaveValueAsync("12.5");
        await Expect(cockpit.Editor.Locator("[name='waitingRoom.maxWaiting']")).ToHaveValueAsync("500");
        await cockpit.Page.Locator("#sale-form [name=name]").FillAsync("The clone");
        await cockpit.Editor.Locator("[data-item-field=buckets]").First.FillAsync("2");
        await cockpit.Page.Locator("#form-submit").ClickAsync();
        await Expect(cockpit.Page.Locator("#detail-name")).ToHaveTextAsync("The clone");
        await cockpit.ShouldBeAsync("scheduled");
        await Expect(cockpit.Page.Locator("#limits [data-admission=ratePerSecond]")).ToHaveValueAsync("70");

        await cockpit.Action("edit").ClickAsync();
        await Expect(cockpit.Editor.Locator("[data-item-field=buckets]").First).ToHaveValueAsync("2");
        await cockpit.Page.Locator("#sale-form [name=name]").FillAsync("The edited clone");
        await cockpit.Page.Locator("#form-submit").ClickAsync();
        await Expect(cockpit.Page.Locator("#detail-name")).ToHaveTextAsync("The edited clone");
        cockpit.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task ItemsOfANewSale_AreEditedUntilItIsWarmedUp_AndTheShopShowsThemAtOnce()
    {
        await using IBrowserContext desk = await fixture.DeviceAsync();
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk);
        await cockpit.Page.Locator("#new-sale").ClickAsync();
        await cockpit.Page.Locator("#sale-form [name=name]").FillAsync("Still being put together");
        await cockpit.FillItemAsync("FIRST", "First draft", "10", "3");
        await Expect(cockpit.Editor.Locator(".remove")).ToBeDisabledAsync();
        await cockpit.Page.Locator("#form-submit").ClickAsync();
        await Expect(cockpit.Page.Locator("#detail-name")).ToHaveTextAsync("Still being put together");
        await Expect(cockpit.Page.Locator("#detail-cold")).ToBeVisibleAsync();
        string sale = (await cockpit.Page.Locator("#detail-id").TextContentAsync())!;
        await using IBrowserContext phone = await fixture.DeviceAsync(390, 844);
        ShopPage shop = await ShopPage.OpenAsync(phone, sale);
        await shop.ShouldShowAsync("FIRST", "countdown");

        // Another one comes, and the first goes.
        await cockpit.Action("edit").ClickAsync();
        await Expect(cockpit.Editor.Locator("[data-item-field=name]")).ToHaveValueAsync("First draft");
        await cockpit.Page.Locator("#add-item").ClickAsync();
        ILocator second = cockpit.Editor.Locator(".form-item").Nth(1);
        foreach ((string field, string value) in ((string, string)[])[("skuId", "SECOND"), ("name", "Second thought"), ("price", "12.5"), ("stock", "8"), ("perUserLimit", "2")])
        {
            await second.Locator($"[data-item-field={field}]").FillAsync(value);
        }

        await cockpit.Editor.Locator(".remove").First.ClickAsync();
        await Expect(cockpit.Page.Locator("#add-item")).ToBeFocusedAsync();
        await cockpit.Page.Locator("#form-submit").ClickAsync();
        await Expect(cockpit.Editor).ToBeHiddenAsync();
        await shop.ShouldShowAsync("SECOND", "countdown");
        await Expect(shop.Card("SECOND")).ToContainTextAsync("12.50");
        await Expect(shop.Card("FIRST")).ToHaveCountAsync(0);
        await Expect(cockpit.Page.Locator("#stock [data-sku=SECOND] [data-field=stock]")).ToHaveTextAsync("8");

        // Somebody else warms it up while the form is open.
        await cockpit.Action("edit").ClickAsync();
        await cockpit.Editor.Locator("[data-item-field=stock]").FillAsync("9");
        await _api.SteerAsync(sale, "warm-up");
        await cockpit.Page.Locator("#form-submit").ClickAsync();
        await Expect(cockpit.Page.Locator("#form-error")).ToContainTextAsync("The items are fixed");
        await cockpit.Page.Locator("#form-cancel").ClickAsync();
        await Expect(cockpit.Page.Locator("#detail-cold")).ToBeHiddenAsync();
        await Expect(cockpit.Page.Locator("#stock [data-sku=SECOND] [data-field=left]")).ToHaveTextAsync("8");
        await cockpit.Action("edit").ClickAsync();
        await Expect(cockpit.Page.Locator("#form-items")).ToBeHiddenAsync();
        await Expect(cockpit.Page.Locator("#form-items-fixed")).ToBeVisibleAsync();
        cockpit.Faults.ShouldBeEmpty();
        shop.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task WhoIsAboutToDecideByKeyboard_KeepsTheFocus_WhenTheListIsReadAgain()
    {
        await using IBrowserContext desk = await fixture.DeviceAsync();
        int asked = 0;
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk, arrange: page => page.RouteAsync("**/admin/dead-letters?*", route =>
        {
            Interlocked.Increment(ref asked);
            return route.FulfillAsync(new()
            {
                ContentType = "application/json",
                Body = """{"letters":[{"id":"7","cause":"refused","error":"No such sale","orderId":"4711","userId":"alice","failedAt":"2026-06-01T12:00:00Z","value":"{}"}]}""",
            });
        }));
        await cockpit.Tab("letters").ClickAsync();
        ILocator replay = cockpit.Page.Locator("[data-decision=replay]");
        await replay.FocusAsync();

        int then = Volatile.Read(ref asked);
        using CancellationTokenSource deadline = new(TimeSpan.FromMilliseconds(BrowserFixture.PatienceMs));
        while (Volatile.Read(ref asked) < then + 2)
        {
            await Task.Delay(100, deadline.Token);
        }

        await Expect(replay).ToBeFocusedAsync();
        await cockpit.Page.Locator("#language").EvaluateAsync("button => button.click()");
        await Expect(replay).ToHaveTextAsync("重放");
    }

    [Fact]
    public async Task LimitsOfARunningSale_AreChangedLive()
    {
        string sale = await _api.OpenSaleAsync("To be limited", ("LIMIT", "Dam", 3m, 50));
        await using IBrowserContext desk = await fixture.DeviceAsync();
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk, sale);
        await Expect(cockpit.Page.Locator("#detail-name")).ToHaveTextAsync("To be limited");
        ILocator rate = cockpit.Page.Locator("#limits [data-admission=ratePerSecond]");
        ILocator admit = cockpit.Page.Locator("#limits [data-admission='waitingRoom.admitPerSecond']");
        await Expect(admit).ToBeDisabledAsync();

        await rate.FillAsync("-5");
        await cockpit.Page.Locator("#limits-apply").ClickAsync();
        await Expect(rate).ToHaveAttributeAsync("aria-invalid", "true");

        await rate.FillAsync("25");
        await cockpit.Page.Locator("#limits [data-admission=grabToken]").SelectOptionAsync("single-use");
        await admit.FillAsync("40");
        int top = await TopAsync();
        await cockpit.Page.Locator("#limits-apply").ClickAsync();
        await Expect(cockpit.Page.Locator("#message")).Not.ToBeEmptyAsync();

        // What is said must not push the buttons from under the hand that steers.
        (await TopAsync()).ShouldBe(top);
        await Expect(rate).Not.ToHaveAttributeAsync("aria-invalid", "true");

        // Another operator, who asks the Api anew, sees the same.
        CockpitPage other = await CockpitPage.OpenAsync(desk, sale);
        await Expect(other.Page.Locator("#limits [data-admission=ratePerSecond]")).ToHaveValueAsync("25");
        await Expect(other.Page.Locator("#limits [data-admission='waitingRoom.admitPerSecond']")).ToHaveValueAsync("40");

        Task<int> TopAsync() => cockpit.Page.Locator("#actions").EvaluateAsync<int>("element => Math.round(element.getBoundingClientRect().top + scrollY)");
    }

    /// <summary>The switch itself stops every sale of the stack that all tests share; it is tried on its own elsewhere. Here: what the page asks, sends and shows.</summary>
    [Fact]
    public async Task KillSwitch_IsAskedFor_AndNobodyOverlooksIt()
    {
        await using IBrowserContext desk = await fixture.DeviceAsync();
        bool on = false;
        List<string> thrown = [];
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk, arrange: page => page.RouteAsync("**/admin/kill-switch", async route =>
        {
            if (route.Request.Method == "PUT")
            {
                thrown.Add(route.Request.PostData!);
                on = route.Request.PostData!.Contains("true", StringComparison.Ordinal);
            }

            await route.FulfillAsync(new() { ContentType = "application/json", Body = $$"""{"on":{{(on ? "true" : "false")}},"who":"carol","at":"2026-06-01T12:00:00Z"}""" });
        }));

        await cockpit.Page.Locator("#kill").ClickAsync();
        await cockpit.Page.Locator("#ask-no").ClickAsync();
        thrown.ShouldBeEmpty();
        await cockpit.Page.Locator("#kill").ClickAsync();
        await cockpit.ConfirmAsync();
        await Expect(cockpit.Page.Locator("#killed")).ToBeVisibleAsync();
        await Expect(cockpit.Page.Locator("#killed-text")).ToContainTextAsync("carol");
        await Expect(cockpit.Page.Locator("#kill")).ToBeHiddenAsync();
        await ScreenshotTests.CaptureAsync(cockpit.Page, "cockpit-killed");
        await cockpit.Page.Locator("#unkill").ClickAsync();
        await cockpit.ConfirmAsync();
        await Expect(cockpit.Page.Locator("#killed")).ToBeHiddenAsync();
        thrown.ShouldBe(["""{"on":true}""", """{"on":false}"""]);
    }

    [Fact]
    public async Task OrderTimeline_ShowsEachStepWithItsTime()
    {
        await using IBrowserContext desk = await fixture.DeviceAsync();
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk, arrange: async page =>
        {
            await CockpitPage.AnswerAsync(page, "**/admin/orders/4711/trace", """
                {"orderId":"4711","traceId":"4bf92f3577b34da6a3ce929d0e0e4736","steps":[
                {"step":"accepted","at":"2026-06-01T12:00:00.000Z","sinceFirstMs":0},{"step":"produced","at":"2026-06-01T12:00:00.004Z","sinceFirstMs":4.2},
                {"step":"committed","at":"2026-06-01T12:00:00.020Z","sinceFirstMs":20.3},{"step":"something-new","at":"2026-06-01T12:00:00.025Z","sinceFirstMs":25}]}
                """);
            await CockpitPage.AnswerAsync(page, "**/admin/orders/1/trace", """{"type":"urn:seckill:error:unknown-order","title":"No such order","status":404}""", 404);
        });
        await cockpit.Tab("trace").ClickAsync();

        await cockpit.Page.Locator("#trace-order").FillAsync("4711");
        await cockpit.Page.Locator("#trace-order").PressAsync("Enter");
        await Expect(cockpit.Page.Locator("#trace-steps li")).ToHaveCountAsync(4);
        await Expect(cockpit.Page.Locator("[data-step=committed]")).ToContainTextAsync("+16.1 ms");
        await Expect(cockpit.Page.Locator("[data-step=something-new]")).ToContainTextAsync("something-new");
        await Expect(cockpit.Page.Locator("#trace-note")).ToContainTextAsync("4bf92f3577b34da6a3ce929d0e0e4736");
        await ScreenshotTests.CaptureAsync(cockpit.Page, "cockpit-timeline", cockpit.Page.Locator("#more"));
        await cockpit.Page.Locator("#trace-order").FillAsync("1");
        await cockpit.Page.Locator("#trace-order").PressAsync("Enter");
        await Expect(cockpit.Page.Locator("#trace-steps li")).ToHaveCountAsync(0);
        await Expect(cockpit.Page.Locator("#trace-note")).ToContainTextAsync("No order");
    }

    [Fact]
    public async Task Audit_ListsWhoChangedWhat_AndUnrollsOlderEntries()
    {
        await using IBrowserContext desk = await fixture.DeviceAsync();
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk, arrange: async page =>
        {
            await CockpitPage.AnswerAsync(page, "**/admin/audit?*", """
                {"entries":[{"id":"12","at":"2026-06-01T12:00:00Z","who":"alice","role":"operator","action":"sale.pause","target":"sale/4711","before":{"name":"Same","state":"open","items":[{"sku":"A","name":"Lamp","stock":5},{"sku":"B","name":"Cup","stock":1},{"sku":"C","name":"Plate","stock":2}]},"after":{"name":"Same","state":"paused","items":[{"sku":"C","name":"Plate","stock":2},{"sku":"A","name":"Lamp","stock":6}]},"address":"10.0.0.7"}],"next":"12"}
                """);
            await CockpitPage.AnswerAsync(page, "**/admin/audit?*before=12", """
                {"entries":[{"id":"3","at":"2026-06-01T11:00:00Z","who":"bob","role":"admin","action":"sale.create","target":"sale/4711","before":null,"after":null,"address":null}],"next":null}
                """);
        });
        await cockpit.Tab("audit").ClickAsync();

        ILocator rows = cockpit.Page.Locator("#audit-table tbody tr");
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(rows.Locator(".differences li")).ToHaveTextAsync((string[])["state open → paused", "items.A Lamp · 5 → Lamp · 6", "items.B Cup · 1 → –"]);
        await rows.Locator("summary").ClickAsync();
        await Expect(rows.Locator("pre").Last).ToContainTextAsync("paused");
        await cockpit.Page.Locator("#audit-more").ClickAsync();
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(cockpit.Page.Locator("#audit-more")).ToBeHiddenAsync();
        await Expect(rows.Last).ToContainTextAsync("bob");
    }

    /// <summary>A tooltip reaches neither a finger nor the tab key.</summary>
    [Fact]
    public async Task PartThatIsNotWell_SaysWhy_WhereEveryoneCanReadIt()
    {
        await using IBrowserContext phone = await fixture.DeviceAsync(390, 844, locale: "zh-CN");
        CockpitPage cockpit = await CockpitPage.OpenAsync(phone, arrange: page => CockpitPage.AnswerAsync(
            page, "**/healthz", """{"parts":{"redis":{"status":"healthy","reason":"quite"},"mysql":{"status":"degraded","reason":"No answer from 10.0.0.9"}}}""", 503));

        await Expect(cockpit.Page.GetByText("降级: No answer from 10.0.0.9")).ToBeVisibleAsync();
        await Expect(cockpit.Page.Locator("#health li").First).ToHaveTextAsync("Redis 正常");
        await ScreenshotTests.CaptureAsync(cockpit.Page, "cockpit-unwell");
    }

    [Fact]
    public async Task WhatARoleMayNotDo_IsNotOfferedAgain()
    {
        string sale = await _api.OpenSaleAsync("Only looked at", ("LOOK", "Looking glass", 3m, 50));
        await using IBrowserContext desk = await fixture.DeviceAsync();
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk, sale, async page =>
        {
            await CockpitPage.ForbidAsync(page, "**/admin/dead-letters?*");
            await CockpitPage.ForbidAsync(page, "**/admin/audit?*");
            await CockpitPage.ForbidAsync(page, $"**/admin/sales/{sale}/pause");
        });

        await Expect(cockpit.Tab("letters")).ToBeHiddenAsync();
        await cockpit.Tab("audit").ClickAsync();
        await Expect(cockpit.Tab("audit")).ToBeHiddenAsync();
        await Expect(cockpit.Page.Locator("#limits")).ToBeVisibleAsync();
        await Expect(cockpit.Tab("limits")).ToBeFocusedAsync();

        await cockpit.Action("pause").ClickAsync();
        await Expect(cockpit.Page.Locator("#look-only")).ToBeVisibleAsync();
        await Expect(cockpit.Page.Locator("#actions")).ToBeHiddenAsync();
        await Expect(cockpit.Page.Locator("#new-sale")).ToBeHiddenAsync();
        await cockpit.ShouldBeAsync("open");
    }

    [Fact]
    public async Task Presence_FindsABuyer()
    {
        string sale = await _api.OpenSaleAsync("Somebody is there", ("THERE", "Beacon", 3m, 50));
        await using IBrowserContext phone = await fixture.DeviceAsync(390, 844);
        ShopPage shop = await ShopPage.OpenAsync(phone, sale);
        string buyer = await shop.BuyerAsync();
        await using IBrowserContext desk = await fixture.DeviceAsync();
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk, sale);
        await cockpit.Tab("presence").ClickAsync();

        // Nodes tell of their connections every few seconds.
        await Expect(cockpit.Page.Locator("#presence-nodes tbody tr")).Not.ToHaveCountAsync(0);
        await cockpit.Page.Locator("#presence-user").FillAsync(buyer);
        await cockpit.Page.Locator("#presence-user").PressAsync("Enter");
        await Expect(cockpit.Page.Locator("#presence-found li")).ToHaveCountAsync(1);
        await Expect(cockpit.Page.Locator("#presence-found")).ToContainTextAsync("webSockets");
    }

    public void Dispose() => _api.Dispose();
}
