using Microsoft.Playwright;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Push.Hub.Browser;

/// <summary>Both pages for those who use a keyboard, a screen reader, the dark, or the other language.</summary>
public sealed class AccessTests(BrowserFixture fixture) : IDisposable
{
    private const string LeftInEnglish = """
        async () => {
          const [{ strings: shared }, { strings: own }] = await Promise.all([import('/js/strings.js'), import('/js/cockpit/strings.js')]);
          const english = new Set(Object.entries({ ...shared.en, ...own.en }).filter(([key, text]) => text !== { ...shared.zh, ...own.zh }[key]).map(([, text]) => text));
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const found = [];
          // Sales are called what their makers call them.
          while (walk.nextNode()) if (english.has(walk.currentNode.data.trim()) && !walk.currentNode.parentElement.closest('#language, #sales')) found.push(walk.currentNode.data);
          return found;
        }
        """;

    private readonly ShopApi _api = new(fixture.Url);

    [Fact]
    public async Task Dialogs_KeepTheFocusInside_AndGiveItBack()
    {
        await using IBrowserContext desk = await fixture.DeviceAsync();
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk);
        ILocator opener = cockpit.Page.Locator("#new-sale");
        await opener.FocusAsync();
        await cockpit.Page.Keyboard.PressAsync("Enter");
        await Expect(cockpit.Page.Locator("#sale-form [name=name]")).ToBeFocusedAsync();

        // Round once and further, forwards and backwards: what lies behind the dialog is never reached.
        foreach (string key in (string[])["Tab", "Shift+Tab"])
        {
            for (int i = 0; i < 25; i++)
            {
                await cockpit.Page.Keyboard.PressAsync(key);
                (await cockpit.Page.EvaluateAsync<bool>("() => document.activeElement === document.body || document.activeElement.closest('dialog') !== null")).ShouldBeTrue($"{key} {i}");
            }
        }

        await cockpit.Page.Keyboard.PressAsync("Escape");
        await Expect(cockpit.Editor).ToBeHiddenAsync();
        await Expect(opener).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Tabs_AreOneStop_AndMoveByArrows()
    {
        await using IBrowserContext desk = await fixture.DeviceAsync();
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk);
        await cockpit.Tab("limits").FocusAsync();

        await cockpit.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(cockpit.Tab("counts")).ToBeFocusedAsync();
        await Expect(cockpit.Page.Locator("#counts")).ToBeVisibleAsync();
        await Expect(cockpit.Page.Locator("#limits")).ToBeHiddenAsync();
        await cockpit.Page.Keyboard.PressAsync("End");
        await Expect(cockpit.Tab("counts")).ToHaveAttributeAsync("tabindex", "-1");
        await cockpit.Page.Keyboard.PressAsync("Home");
        await Expect(cockpit.Tab("limits")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task WholeCockpit_IsReachedByTheTabKey_WithAVisibleFocus()
    {
        string sale = await _api.OpenSaleAsync("By keyboard alone", ("TABS", "Tabulator", 3m, 50));
        await using IBrowserContext desk = await fixture.DeviceAsync();
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk, sale);
        await Expect(cockpit.Page.Locator("#detail-name")).ToHaveTextAsync("By keyboard alone");
        HashSet<string> reached = [];
        for (int i = 0; i < 400 && !reached.Contains("#limits-apply"); i++)
        {
            await cockpit.Page.Keyboard.PressAsync("Tab");
            string[] at = await cockpit.Page.EvaluateAsync<string[]>("""
                () => { const it = document.activeElement; return [it.dataset.action ?? (it.tagName === 'CANVAS' ? 'canvas' : `#${it.id}`), getComputedStyle(it).outlineStyle]; }
                """);
            reached.Add(at[0]);
            if (at[0] != "#")
            {
                at[1].ShouldNotBe("none", $"{at[0]} shows no focus");
            }
        }

        string[] wanted = ["#theme", "#language", "#new-sale", "pause", "close", "warm-up", "clone", "canvas", "#tab-limits", "#limits-apply"];
        wanted.ShouldBeSubsetOf(reached);
    }

    [Theory]
    [InlineData("/", "#theme")]
    [InlineData("/admin/", "#theme")]
    public async Task Theme_IsChosen_AndRemembered(string path, string button)
    {
        await using IBrowserContext desk = await fixture.DeviceAsync(scheme: ColorScheme.Light);
        IPage page = await desk.NewPageAsync();
        await page.GotoAsync(path);
        await Expect(page.Locator(button)).ToHaveTextAsync("Auto");
        string light = await BackgroundAsync(page);

        await page.Locator(button).ClickAsync();
        await page.Locator(button).ClickAsync();
        await Expect(page.Locator(button)).ToHaveTextAsync("Dark");
        string dark = await BackgroundAsync(page);
        dark.ShouldNotBe(light);
        await page.ReloadAsync();
        await Expect(page.Locator(button)).ToHaveTextAsync("Dark");
        (await BackgroundAsync(page)).ShouldBe(dark);
        await page.Locator(button).ClickAsync();
        (await BackgroundAsync(page)).ShouldBe(light);
    }

    [Fact]
    public async Task Cockpit_SpeaksBothLanguages_EverywhereAtOnce()
    {
        string sale = await _api.OpenSaleAsync("Two tongues", ("TONGUE", "Tongue twister", 3m, 50));
        await using IBrowserContext desk = await fixture.DeviceAsync();
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk, sale);
        await Expect(cockpit.Page.Locator("#detail-name")).ToHaveTextAsync("Two tongues");
        await cockpit.Page.Locator("#language").ClickAsync();

        await Expect(cockpit.Page.Locator("html")).ToHaveAttributeAsync("lang", "zh");
        await Expect(cockpit.State).ToHaveTextAsync("进行中");
        await Expect(cockpit.Action("pause")).ToHaveTextAsync("暂停");
        await Expect(cockpit.Page.Locator("figure h3").First).ToHaveTextAsync("每秒请求");

        // No word of English is left but names, ids and what is called the same everywhere.
        (await cockpit.Page.EvaluateAsync<string[]>(LeftInEnglish)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Texts_ExistInBothLanguages_WithTheSameBlanks_AndForEveryKeyOfThePages()
    {
        await using IBrowserContext desk = await fixture.DeviceAsync();
        CockpitPage cockpit = await CockpitPage.OpenAsync(desk);
        string[] faults = await cockpit.Page.EvaluateAsync<string[]>("""
            async () => {
              const [{ strings: shared }, { strings: own }] = await Promise.all([import('/js/strings.js'), import('/js/cockpit/strings.js')]);
              const faults = [];
              const blanks = (text) => (text.match(/\{\w+\}/g) ?? []).sort().join();
              for (const strings of [shared, own]) {
                for (const key of new Set([...Object.keys(strings.en), ...Object.keys(strings.zh)])) {
                  const [en, zh] = [strings.en[key], strings.zh[key]];
                  if (!en || !zh) faults.push(`${key}: missing in ${en ? 'zh' : 'en'}`);
                  else if (blanks(en) !== blanks(zh)) faults.push(`${key}: ${blanks(en)} and ${blanks(zh)}`);
                }
              }
              for (const key of Object.keys(own.en)) if (key in shared.en) faults.push(`${key}: twice`);
              for (const [path, known] of [['/', shared.en], ['/admin/', { ...shared.en, ...own.en }]]) {
                const page = new DOMParser().parseFromString(await (await fetch(path)).text(), 'text/html');
                for (const element of page.querySelectorAll('[data-t], [data-t-label]')) {
                  for (const key of [element.dataset.t, element.dataset.tLabel]) if (key && !(key in known)) faults.push(`${path} wants ${key}`);
                }
              }
              return faults;
            }
            """);
        faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Texts_StandOutFromTheirGround_AndEveryControlHasAName(ColorScheme scheme)
    {
        string sale = await _api.OpenSaleAsync("Contrast", ("CONTRAST", "Chessboard", 3m, 50), ("GREY", "Grey scale", 3m, 1));
        await _api.GrabAsync(sale, "GREY", $"contrast-{scheme}");
        await using IBrowserContext desk = await fixture.DeviceAsync(scheme: scheme);
        ShopPage shop = await ShopPage.OpenAsync(desk, sale);
        await shop.ShouldShowAsync("GREY", "sold-out");
        (await FaultsAsync(shop.Page)).ShouldBeEmpty();

        CockpitPage cockpit = await CockpitPage.OpenAsync(desk, sale);
        await Expect(cockpit.Page.Locator("#stock tr")).ToHaveCountAsync(2);
        (await FaultsAsync(cockpit.Page)).ShouldBeEmpty();
        await cockpit.Page.Locator("#new-sale").ClickAsync();
        (await FaultsAsync(cockpit.Page)).ShouldBeEmpty();
    }

    public void Dispose() => _api.Dispose();

    private static Task<string> BackgroundAsync(IPage page) => page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");

    /// <summary>
    /// WCAG AA, 1.4.3 and 4.1.2: text of less than 4.5 : 1 (3 : 1 where it is large) to the colour behind it, and controls without a name. Text over pictures and gradients is for eyes to judge, and so is
    /// what is switched off.
    /// </summary>
    private static async Task<string[]> FaultsAsync(IPage page)
    {
        // Colours on their way from one state to another are neither.
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        return await page.EvaluateAsync<string[]>(FindFaults);
    }

    private const string FindFaults = """
        () => {
          const paint = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
          const rgba = (color) => { paint.clearRect(0, 0, 1, 1); paint.fillStyle = color; paint.fillRect(0, 0, 1, 1); return [...paint.getImageData(0, 0, 1, 1).data]; };
          const over = ([r, g, b, a], below) => { const s = a / 255; return [r * s + below[0] * (1 - s), g * s + below[1] * (1 - s), b * s + below[2] * (1 - s), 255]; };
          const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          function groundOf(element) {
            const layers = [];
            for (let at = element; at; at = at.parentElement) {
              const style = getComputedStyle(at);
              if (style.backgroundImage !== 'none' || style.filter !== 'none' || style.opacity !== '1' || style.backdropFilter !== 'none') return null;
              layers.push(rgba(style.backgroundColor));
              if (layers.at(-1)[3] === 255) return layers.reduceRight((below, layer) => over(layer, below));
            }
            return null;
          }
          const faults = [];
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const element = walk.currentNode.parentElement;
            if (!walk.currentNode.data.trim() || !element.checkVisibility() || element.closest('.visually-hidden, .art, .ribbon, noscript, option, :disabled, [aria-disabled="true"], .skip')) continue;
            const ground = groundOf(element);
            if (!ground) continue;
            const style = getComputedStyle(element);
            const [one, other] = [light(over(rgba(style.color), ground)), light(ground)].sort((a, b) => b - a);
            const size = parseFloat(style.fontSize);
            const wanted = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
            const ratio = (one + 0.05) / (other + 0.05);
            if (ratio < wanted - 0.005) faults.push(`${ratio.toFixed(2)} : 1 for "${walk.currentNode.data.trim().slice(0, 40)}"`);
          }
          for (const control of document.querySelectorAll('button, a[href], input, select, textarea, canvas[tabindex]')) {
            if (!control.checkVisibility()) continue;
            const name = control.getAttribute('aria-label') ?? (control.labels?.length ? control.labels[0].textContent : control.textContent);
            if (!name.trim()) faults.push(`no name: ${control.outerHTML.slice(0, 80)}`);
          }
          return faults;
        }
        """;
}
