using Microsoft.Playwright;
using Push.Hub.Browser;
using Seckill.Local;
using Seckill.Local.Stack;
using Xunit;

[assembly: AssemblyFixture(typeof(BrowserFixture))]

namespace Push.Hub.Browser;

/// <summary>The whole engine on real servers, and one Chromium that looks at it. Each test has a sale and browser contexts of its own.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    /// <summary>A deadline, not a pause: a loaded machine may be this slow, and what waits goes on as soon as it can.</summary>
    public const float PatienceMs = 60_000;

    private readonly TemporaryDirectory _directory = new();
    private LocalStack? _stack;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where pictures of the pages go: output to look at, never committed.</summary>
    public static string Screenshots { get; } = Path.Combine(Repository.Root, "TestResults", "screenshots");

    public Uri Url => _stack!.Api.Url;

    public async ValueTask InitializeAsync()
    {
        // The cheap check first: without a browser nothing else is worth starting.
        string chromium = Chromium.Find();
        Directory.CreateDirectory(Screenshots);
        _stack = await LocalStack.StartAsync(new LocalStackOptions { Directory = _directory.Path });
        Assertions.SetDefaultExpectTimeout(PatienceMs);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = Flags });
    }

    /// <summary>A browser profile of its own: one person's device.</summary>
    public async Task<IBrowserContext> DeviceAsync(int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light, string locale = "en-US")
    {
        IBrowserContext device = await _browser!.NewContextAsync(new()
        {
            BaseURL = Url.ToString(),
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            Locale = locale,
        });
        device.SetDefaultTimeout(PatienceMs);
        return device;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_stack is not null)
        {
            await _stack.DisposeAsync();
        }

        _directory.Dispose();
    }
}
