using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Seckill.Integration.EndToEnd;

/// <summary>Plain HTTP against the Api of a stack, with nothing of the product's own client in between.</summary>
internal sealed class StackClient : IDisposable
{
    private const int AskFirstLength = 256 * 1024;

    private readonly HttpClient _http;

    public StackClient(string apiUrl)
    {
        _http = new HttpClient(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 256,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2),
            Expect100ContinueTimeout = TimeSpan.FromSeconds(30),
        })
        {
            BaseAddress = new Uri(apiUrl),
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    public async Task<string> TokenAsync(string user, string role = "buyer")
    {
        using HttpResponseMessage response = await _http.PostAsJsonAsync("/api/v1/dev/tokens", new { userId = user, role });
        response.EnsureSuccessStatusCode();
        using JsonDocument body = await ReadAsync(response);
        return body.RootElement.GetProperty("accessToken").GetString()!;
    }

    /// <summary>Creates an open sale of one SKU and gives back its id.</summary>
    public async Task<string> CreateSaleAsync(string sku, int stock, int perUserLimit = 1, string[]? eligible = null, object? admission = null, TimeSpan opensIn = default, int? buckets = null)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var sale = new
        {
            name = $"Sale of {sku}",
            startsAt = opensIn > TimeSpan.Zero ? now + opensIn : now.AddMinutes(-1),
            endsAt = now.AddHours(1),
            items = new[] { new { skuId = sku, name = sku, price = 9.90m, stock, perUserLimit, buckets } },
            eligibility = eligible is null ? null : new { userIds = eligible },
            admission,
        };
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/v1/admin/sales") { Content = JsonContent.Create(sale) };
        using HttpResponseMessage response = await SendAsync(request, await TokenAsync("boss", "admin"));
        if (response.StatusCode != HttpStatusCode.Created)
        {
            throw new InvalidOperationException($"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }

        using JsonDocument body = await ReadAsync(response);
        return body.RootElement.GetProperty("saleId").GetString()!;
    }

    /// <summary>One grab; a broken connection is an answer too.</summary>
    public async Task<GrabAnswer> GrabAsync(string sale, string sku, string user, string token, string? grabToken = null)
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, $"/api/v1/sales/{sale}/items/{sku}/grabs");
            if (grabToken is not null)
            {
                request.Headers.Add("X-Grab-Token", grabToken);
            }

            using HttpResponseMessage response = await SendAsync(request, token);
            using JsonDocument body = await ReadAsync(response);
            string? type = body.RootElement.TryGetProperty("type", out JsonElement uri) ? uri.GetString()!.Split(':')[^1] : null;
            string? order = body.RootElement.TryGetProperty("orderId", out JsonElement id) ? id.GetString() : null;
            return new GrabAnswer(user, response.StatusCode, type, order);
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException or JsonException)
        {
            return new GrabAnswer(user, null, null, null);
        }
    }

    /// <summary>Grabs, and asks again while the answer leaves open what happened, as a patient client does.</summary>
    public async Task<GrabAnswer> GrabUntilKnownAsync(string sale, string sku, string user, string token, CancellationToken deadline, string? grabToken = null)
    {
        while (true)
        {
            GrabAnswer answer = await GrabAsync(sale, sku, user, token, grabToken);
            if (!answer.Unknown)
            {
                return answer;
            }

            await Task.Delay(Random.Shared.Next(50, 250), deadline);
        }
    }

    public async Task<(HttpStatusCode Status, JsonDocument Body)> GetAsync(string path, string? token = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        using HttpResponseMessage response = await SendAsync(request, token);
        return (response.StatusCode, await ReadAsync(response));
    }

    public async Task<HttpResponseMessage> PostRawAsync(string path, string body, string? token, string contentType = "application/json")
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, contentType) };

        // A body that is too large is refused by its length, and the connection closed: who is still sending may find a broken pipe instead of the answer. So ask first.
        request.Headers.ExpectContinue = body.Length > AskFirstLength;
        return await SendAsync(request, token);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string? token)
    {
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return await _http.SendAsync(request);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<JsonDocument> ReadAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync());
}
