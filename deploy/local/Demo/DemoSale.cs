using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Seckill.Local.State;

namespace Seckill.Local.Demo;

/// <summary>Makes and opens a sale through the public HTTP API, as an operator would.</summary>
internal static class DemoSale
{
    private const string Name = "Midnight drop";

    private static readonly object[] Items =
    [
        new { skuId = "headphones-aurora", name = "Aurora headphones, first edition", price = 89.00m, stock = 300, perUserLimit = 1 },
        new { skuId = "keyboard-tidal", name = "Tidal mechanical keyboard", price = 129.00m, stock = 200, perUserLimit = 1 },
        new { skuId = "mug-ember", name = "Ember enamel mug", price = 12.50m, stock = 800, perUserLimit = 1 },
    ];

    private const string FirstSku = "headphones-aurora";

    /// <summary>Closes the demo sales that earlier runs left open and opens a new one, from a minute ago until tomorrow.</summary>
    /// <exception cref="DemoFailedException">The Api refused.</exception>
    public static async Task<DemoIds> OpenAsync(Uri api, TimeProvider time, CancellationToken stop)
    {
        using HttpClient http = new() { BaseAddress = api, Timeout = TimeSpan.FromSeconds(30) };
        JsonElement token = await SendAsync(http, HttpMethod.Post, "/api/v1/dev/tokens", new { userId = "demo-operator", role = "admin" }, stop);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetProperty("accessToken").GetString());

        foreach (string old in OpenDemos(await SendAsync(http, HttpMethod.Get, "/api/v1/sales", null, stop)))
        {
            await SendAsync(http, HttpMethod.Post, $"/api/v1/admin/sales/{old}/close", null, stop);
        }

        DateTimeOffset now = time.GetUtcNow();
        object sale = new { name = Name, startsAt = now.AddMinutes(-1), endsAt = now.AddHours(24), items = Items };
        JsonElement created = await SendAsync(http, HttpMethod.Post, "/api/v1/admin/sales", sale, stop);
        string id = created.GetProperty("saleId").GetString()!;
        await SendAsync(http, HttpMethod.Post, $"/api/v1/admin/sales/{id}/open", null, stop);
        return new DemoIds(id, FirstSku);
    }

    private static IEnumerable<string> OpenDemos(JsonElement answer)
    {
        JsonElement sales = answer.ValueKind == JsonValueKind.Array ? answer : answer.GetProperty("sales");
        return sales.EnumerateArray()
            .Where(sale => sale.GetProperty("name").GetString() == Name && sale.GetProperty("state").GetString() != "closed")
            .Select(sale => sale.GetProperty("saleId").GetString()!)
            .ToList();
    }

    private static async Task<JsonElement> SendAsync(HttpClient http, HttpMethod method, string path, object? body, CancellationToken stop)
    {
        using HttpRequestMessage request = new(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : JsonContent.Create(body);
        using HttpResponseMessage answer = await http.SendAsync(request, stop);
        string text = await answer.Content.ReadAsStringAsync(stop);
        if (!answer.IsSuccessStatusCode)
        {
            throw new DemoFailedException($"{method} {path} answered {(int)answer.StatusCode}: {text}");
        }
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }
}
