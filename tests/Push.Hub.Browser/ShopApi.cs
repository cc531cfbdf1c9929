using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Push.Hub.Browser;

/// <summary>What tests arrange behind the pages: sales, and grabs of other people.</summary>
internal sealed class ShopApi(Uri url) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = url };

    /// <summary>Creates a sale whose window has begun and opens it.</summary>
    public Task<string> OpenSaleAsync(string name, params (string Sku, string Name, decimal Price, int Stock)[] items) => OpenGuardedSaleAsync(name, admission: null, items);

    /// <summary>As <see cref="OpenSaleAsync"/>, with admission settings of its own.</summary>
    public async Task<string> OpenGuardedSaleAsync(string name, object? admission, params (string Sku, string Name, decimal Price, int Stock)[] items)
    {
        string saleId = await CreateSaleAsync(name, TimeSpan.FromMinutes(-1), admission, items);
        await SteerAsync(saleId, "open");
        return saleId;
    }

    /// <summary>Creates a sale whose window begins that much from now and lasts two hours.</summary>
    public Task<string> CreateSaleAsync(string name, TimeSpan startsIn, params (string Sku, string Name, decimal Price, int Stock)[] items) =>
        CreateSaleAsync(name, startsIn, admission: null, items);

    /// <summary>Opens or closes a sale, as an operator does.</summary>
    public async Task SteerAsync(string saleId, string action) =>
        await PostAsync($"/api/v1/admin/sales/{saleId}/{action}", await TokenAsync("browser-tests", "admin"));

    /// <summary>Revokes every token that a user has by now.</summary>
    public async Task RevokeTokensAsync(string user) =>
        await PostAsync($"/api/v1/admin/users/{user}/token-revocations", await TokenAsync("browser-tests", "admin"), new { });

    /// <summary>Sends a notice to one user, as an operator does.</summary>
    public async Task NotifyAsync(string user, object notice) =>
        await PostAsync("/api/v1/admin/push/messages", await TokenAsync("browser-tests", "admin"), new { messages = new[] { new { type = "notice", to = new { user }, payload = notice } } });

    public async Task GrabAsync(string saleId, string skuId, string user) =>
        await PostAsync($"/api/v1/sales/{saleId}/items/{skuId}/grabs", await TokenAsync(user, "buyer"));

    /// <summary>That many others join the sale's waiting room; their pages are not heard of again.</summary>
    public async Task LineUpAsync(string saleId, int users)
    {
        for (int i = 0; i < users; i++)
        {
            await PostAsync($"/api/v1/sales/{saleId}/waiting-room", await TokenAsync($"in-line-{i}", "buyer"));
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> CreateSaleAsync(string name, TimeSpan startsIn, object? admission, (string Sku, string Name, decimal Price, int Stock)[] items)
    {
        DateTimeOffset startsAt = TimeProvider.System.GetUtcNow() + startsIn;
        JsonElement sale = await PostAsync("/api/v1/admin/sales", await TokenAsync("browser-tests", "admin"), new
        {
            name,
            startsAt,
            endsAt = startsAt.AddHours(2),
            items = items.Select(item => new { skuId = item.Sku, name = item.Name, price = item.Price, stock = item.Stock, perUserLimit = 1 }),
            admission,
        });
        return sale.GetProperty("saleId").GetString()!;
    }

    private async Task<string> TokenAsync(string userId, string role)
    {
        JsonElement answer = await PostAsync("/api/v1/dev/tokens", token: null, new { userId, role });
        return answer.GetProperty("accessToken").GetString()!;
    }

    private async Task<JsonElement> PostAsync(string path, string? token, object? body = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path);
        request.Content = body is null ? null : JsonContent.Create(body);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await _http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"POST {path}: {(int)response.StatusCode} {text}");
        }

        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }
}
