using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Seckill.Core.Ids;

namespace Seckill.LoadTests.Target;

/// <summary>The calls that set a run up: tokens, sales, counters. Not on the measured path.</summary>
public sealed class AdminApi : IDisposable
{
    private const string SkuName = "load-1";

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    public AdminApi(Uri api, TimeProvider time)
    {
        _http = new HttpClient { BaseAddress = api, Timeout = TimeSpan.FromSeconds(15) };
        _time = time;
    }

    /// <summary>Signs in as admin, which also proves that the Api answers and is a development one.</summary>
    /// <exception cref="TargetException">It does not, or is not.</exception>
    public async Task SignInAsync(CancellationToken stop)
    {
        try
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await IssueTokenAsync("load-admin", "admin", stop));
        }
        catch (HttpRequestException fault)
        {
            throw new TargetException($"{_http.BaseAddress} gave no development token ({fault.Message}): is the stack up, and in Development?");
        }
    }

    /// <summary>A token from the development endpoint.</summary>
    public async Task<string> IssueTokenAsync(string user, string role, CancellationToken stop)
    {
        using JsonDocument token = await PostAsync("api/v1/dev/tokens", new { userId = user, role }, stop);
        return token.RootElement.GetProperty("accessToken").GetString()!;
    }

    /// <summary>Makes a sale that is open from now on, and waits until the Api offers it.</summary>
    public async Task<SaleUnderLoad> CreateSaleAsync(string name, int units, int limitPerUser, CancellationToken stop, AdmissionRequest? admission = null)
    {
        DateTimeOffset now = _time.GetUtcNow();
        using JsonDocument created = await PostAsync("api/v1/admin/sales", new
        {
            name,
            startsAt = now.AddSeconds(-1),
            endsAt = now.AddHours(2),
            items = new[] { new { skuId = SkuName, name = "Load unit", price = 1.00m, stock = units, perUserLimit = limitPerUser } },
            admission,
        }, stop);
        string saleText = Text(created.RootElement, "saleId") ?? Text(created.RootElement, "id")
            ?? throw new TargetException("The Api's answer to a new sale has no saleId.");
        if (!SaleId.TryParse(saleText, out SaleId sale))
        {
            throw new TargetException($"The Api's new sale has an id that is none: '{saleText}'.");
        }

        using (await PostAsync($"api/v1/admin/sales/{sale}/warm-up", body: null, stop))
        {
        }

        await WaitUntilOpenAsync(sale, stop);
        return new SaleUnderLoad(sale, new SkuId(SkuName), units, limitPerUser);
    }

    public async Task CloseSaleAsync(SaleId sale, CancellationToken stop)
    {
        using (await PostAsync($"api/v1/admin/sales/{sale}/close", body: null, stop))
        {
        }
    }

    /// <summary>The pipeline's counters of a sale.</summary>
    public async Task<SaleStats> StatsAsync(SaleId sale, CancellationToken stop)
    {
        using JsonDocument stats = JsonDocument.Parse(await _http.GetByteArrayAsync(new Uri($"api/v1/admin/sales/{sale}/stats", UriKind.Relative), stop));
        return new SaleStats(Number(stats.RootElement, "outboxLength"), Number(stats.RootElement, "consumerLag"));
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Waits until this Api offers a sale.</summary>
    /// <exception cref="TargetException">It does not within 15 s.</exception>
    public async Task WaitUntilOpenAsync(SaleId sale, CancellationToken stop)
    {
        long start = _time.GetTimestamp();
        while (_time.GetElapsedTime(start) < TimeSpan.FromSeconds(15))
        {
            using HttpResponseMessage response = await _http.GetAsync(new Uri($"api/v1/sales/{sale}", UriKind.Relative), stop);
            if (response.IsSuccessStatusCode)
            {
                using JsonDocument view = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(stop));
                if (Text(view.RootElement, "state") == "open")
                {
                    return;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), _time, stop);
        }

        throw new TargetException($"Sale {sale} was created but is not open after 15 s.");
    }

    private async Task<JsonDocument> PostAsync(string path, object? body, CancellationToken stop)
    {
        using HttpContent? content = body is null ? null : JsonContent.Create(body);
        using HttpResponseMessage response = await _http.PostAsync(new Uri(path, UriKind.Relative), content, stop);
        byte[] answer = await response.Content.ReadAsByteArrayAsync(stop);
        if (!response.IsSuccessStatusCode)
        {
            string text = System.Text.Encoding.UTF8.GetString(answer);
            throw new HttpRequestException($"POST {path} was answered {(int)response.StatusCode}: {text[..Math.Min(300, text.Length)]}");
        }

        return JsonDocument.Parse(answer.Length == 0 ? "{}"u8.ToArray() : answer);
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement parent, string name) =>
        !parent.TryGetProperty(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number
        : value.ValueKind == JsonValueKind.String && long.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out number) ? number
        : null;
}
