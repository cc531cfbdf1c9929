using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Seckill.Client.Shop;

/// <summary>The HTTP calls of the sale. A refusal is a value (<see cref="ShopAnswer{T}"/>), not an exception; only a server that cannot be reached throws.</summary>
/// <remarks>Thread-safe. One instance serves any number of users: the token is given with each call.</remarks>
/// <param name="http">With the Api's address as its base address.</param>
public sealed class ShopClient(HttpClient http)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>A bearer token for any user; the server has this only in Development.</summary>
    public Task<ShopAnswer<DevToken>> GetDevTokenAsync(string userId, string role = "buyer", CancellationToken cancellation = default) =>
        SendAsync<DevToken>(HttpMethod.Post, "/api/v1/dev/tokens", token: null, new { userId, role }, cancellation);

    /// <summary>The sales.</summary>
    public Task<ShopAnswer<JsonElement>> ListSalesAsync(CancellationToken cancellation = default) =>
        SendAsync<JsonElement>(HttpMethod.Get, "/api/v1/sales", token: null, body: null, cancellation);

    /// <summary>One sale: items, price, window, state, server time, stock hint.</summary>
    public Task<ShopAnswer<JsonElement>> GetSaleAsync(string saleId, CancellationToken cancellation = default) =>
        SendAsync<JsonElement>(HttpMethod.Get, $"/api/v1/sales/{saleId}", token: null, body: null, cancellation);

    /// <summary>Tries to reserve one unit: 202 with the order, or a problem that says why not.</summary>
    public Task<ShopAnswer<Grabbed>> GrabAsync(string token, string saleId, string skuId, CancellationToken cancellation = default) =>
        SendAsync<Grabbed>(HttpMethod.Post, $"/api/v1/sales/{saleId}/items/{skuId}/grabs", token, body: null, cancellation);

    /// <summary>As the other, with the grab token that the sale asks for. After 429 and 503 show the same token again: nothing was decided, or nobody knows.</summary>
    public Task<ShopAnswer<Grabbed>> GrabAsync(string token, string saleId, string skuId, string? grabToken, CancellationToken cancellation = default) =>
        SendAsync<Grabbed>(
            HttpMethod.Post, $"/api/v1/sales/{saleId}/items/{skuId}/grabs", token, body: null, cancellation, grabToken is null ? [] : [("X-Grab-Token", grabToken)]);

    /// <summary>Asks for the grab token of an item, and does the work for it where the sale wants some: on a thread of the pool, for as long as that takes.</summary>
    /// <returns>The token, or why there is none: the sale has not opened, or is over; the work took longer than its challenge was good for.</returns>
    public async Task<ShopAnswer<GrabToken>> GetGrabTokenAsync(string token, string saleId, string skuId, CancellationToken cancellation = default)
    {
        string path = $"/api/v1/sales/{saleId}/items/{skuId}/grab-token";
        ShopAnswer<GrabToken> answer = await SendAsync<GrabToken>(HttpMethod.Post, path, token, body: null, cancellation);
        if (answer.Problem?.More?.TryGetValue("challenge", out JsonElement work) != true)
        {
            return answer;
        }

        GrabChallenge challenge = work.Deserialize<GrabChallenge>(Web)!;
        long nonce = await Task.Run(() => challenge.Solve(cancellation), cancellation);
        return await SendAsync<GrabToken>(HttpMethod.Post, path, token, new { challenge = challenge.Text, nonce }, cancellation);
    }

    /// <summary>One of the caller's orders.</summary>
    public Task<ShopAnswer<ShopOrder>> GetOrderAsync(string token, string orderId, CancellationToken cancellation = default) =>
        SendAsync<ShopOrder>(HttpMethod.Get, $"/api/v1/orders/{orderId}", token, body: null, cancellation);

    /// <summary>The caller's orders.</summary>
    public Task<ShopAnswer<JsonElement>> ListOrdersAsync(string token, CancellationToken cancellation = default) =>
        SendAsync<JsonElement>(HttpMethod.Get, "/api/v1/orders", token, body: null, cancellation);

    /// <summary>Begins a payment of one of the caller's orders; what became of it comes by push, or from <see cref="ListPaymentsAsync"/>.</summary>
    /// <param name="token">The buyer's.</param>
    /// <param name="orderId">The order, pending payment.</param>
    /// <param name="amount">Its price.</param>
    /// <param name="idempotencyKey">One per attempt, 1 to 64 visible ASCII characters. After a lost answer call again with the same: it is the same payment.</param>
    /// <param name="cancellation">Gives up; the outcome is then unknown.</param>
    public Task<ShopAnswer<ShopPayment>> PayAsync(string token, string orderId, decimal amount, string idempotencyKey, CancellationToken cancellation = default) =>
        SendAsync<ShopPayment>(HttpMethod.Post, $"/api/v1/orders/{orderId}/payments", token, new { amount }, cancellation, ("Idempotency-Key", idempotencyKey));

    /// <summary>The attempts to pay one of the caller's orders, newest first.</summary>
    public Task<ShopAnswer<ShopPayments>> ListPaymentsAsync(string token, string orderId, CancellationToken cancellation = default) =>
        SendAsync<ShopPayments>(HttpMethod.Get, $"/api/v1/orders/{orderId}/payments", token, body: null, cancellation);

    /// <summary>Creates a sale; needs an admin's token.</summary>
    public Task<ShopAnswer<JsonElement>> CreateSaleAsync(string token, NewSale sale, CancellationToken cancellation = default) =>
        SendAsync<JsonElement>(HttpMethod.Post, "/api/v1/admin/sales", token, sale, cancellation);

    /// <summary>Opens, closes or warms a sale up; needs an admin's token.</summary>
    /// <param name="token">An admin's.</param>
    /// <param name="saleId">The sale.</param>
    /// <param name="action"><c>open</c>, <c>close</c> or <c>warm-up</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<ShopAnswer<JsonElement>> ChangeSaleAsync(string token, string saleId, string action, CancellationToken cancellation = default) =>
        SendAsync<JsonElement>(HttpMethod.Post, $"/api/v1/admin/sales/{saleId}/{action}", token, body: null, cancellation);

    /// <summary>Counters of a sale; needs an admin's token.</summary>
    public Task<ShopAnswer<JsonElement>> GetStatsAsync(string token, string saleId, CancellationToken cancellation = default) =>
        SendAsync<JsonElement>(HttpMethod.Get, $"/api/v1/admin/sales/{saleId}/stats", token, body: null, cancellation);

    /// <summary>Sends messages to users; needs an admin's token. 202 once Kafka has all of them; else the problem's member <c>messages</c> says which it has.</summary>
    /// <param name="token">An admin's.</param>
    /// <param name="messages">1 to 100.</param>
    /// <param name="idempotencyKey">Gives ids to messages without one: call again with the same key and the same messages after a lost answer. Null where every message has an id, or may come twice.</param>
    /// <param name="cancellation">Gives up; the outcome is then unknown.</param>
    public Task<ShopAnswer<PushedMessages>> PushAsync(string token, IReadOnlyList<NewPush> messages, string? idempotencyKey = null, CancellationToken cancellation = default) =>
        SendAsync<PushedMessages>(HttpMethod.Post, "/api/v1/admin/push/messages", token, new { messages }, cancellation, idempotencyKey is null ? [] : [("Idempotency-Key", idempotencyKey)]);

    private async Task<ShopAnswer<T>> SendAsync<T>(HttpMethod method, string path, string? token, object? body, CancellationToken cancellation, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = JsonContent.Create(body, body.GetType(), mediaType: null, Web);
        }

        using HttpResponseMessage response = await http.SendAsync(request, cancellation);
        if (response.IsSuccessStatusCode)
        {
            T? value = response.StatusCode == HttpStatusCode.NoContent
                ? default
                : await ReadAsync<T>(response.Content, cancellation);
            return new ShopAnswer<T>(response.StatusCode, value, Problem: null, RetryAfter: null);
        }

        return new ShopAnswer<T>(
            response.StatusCode, default, await ReadAsync<ShopProblem>(response.Content, cancellation), response.Headers.RetryAfter?.Delta);
    }

    private static async Task<T?> ReadAsync<T>(HttpContent content, CancellationToken cancellation)
    {
        byte[] bytes = await content.ReadAsByteArrayAsync(cancellation);
        bool isJson = content.Headers.ContentType?.MediaType is { } type && type.EndsWith("json", StringComparison.OrdinalIgnoreCase);
        return bytes.Length > 0 && isJson ? JsonSerializer.Deserialize<T>(bytes, Web) : default;
    }
}
