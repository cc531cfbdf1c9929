using Dapper;
using Microsoft.Playwright;
using MySql.Data.MySqlClient;
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

    /// <summary>The buyer's time to pay is up; the sweep of unpaid orders finds out.</summary>
    public async Task LetTimePassAsync(string orderId)
    {
        await using MySqlConnection database = new(_stack!.MySqlConnection);
        await database.OpenAsync();
        for (int table = 0; table < 4; table++)
        {
            await database.ExecuteAsync($"UPDATE orders_{table} SET pay_by = '2026-01-01' WHERE order_id = @orderId", new { orderId });
        }
    }

    /// <summary>Waits until the gateway has been asked for the money of an order: until then a deadline that comes means that nothing is charged.</summary>
    public async Task BeingChargedAsync(string orderId)
    {
        await using MySqlConnection database = new(_stack!.MySqlConnection);
        await database.OpenAsync();
        using CancellationTokenSource limit = new(TimeSpan.FromMilliseconds(PatienceMs));
        while (await database.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM sandbox_charges JOIN payments USING (payment_id) WHERE order_id = @orderId", new { orderId }) == 0)
        {
            await Task.Delay(50, limit.Token);
        }
    }

    public async ValueTask InitializeAsync()
    {
        // The cheap check first: without a browser nothing else is worth starting.
        string chromium = Chromium.Find();
        Directory.CreateDirectory(Screenshots);
        _stack = await LocalStack.StartAsync(new LocalStackOptions
        {
            Directory = _directory.Path,
            ServiceEnvironment = new Dictionary<string, string>
            {
                ["Seckill__Payments__SweepInterval"] = "00:00:01",
                ["Seckill__Payments__SweepGrace"] = "00:00:01",
                // Long enough to be seen, and to be overtaken by a deadline.
                ["Seckill__PaymentSandbox__Latency"] = "00:00:02",
            },
        });
        Assertions.SetDefaultExpectTimeout(PatienceMs);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = Flags });
    }

    /// <summary>A browser profile of its own: one person's device. It begins with the sign-in and the stored state of the device it is signed in on, if any.</summary>
    public async Task<IBrowserContext> DeviceAsync(
        int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light, string locale = "en-US", IBrowserContext? signedInOn = null)
    {
        IBrowserContext device = await _browser!.NewContextAsync(new()
        {
            BaseURL = Url.ToString(),
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            Locale = locale,
            StorageState = signedInOn is null ? null : await signedInOn.StorageStateAsync(),
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
