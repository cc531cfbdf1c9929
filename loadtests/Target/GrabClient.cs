using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Seckill.Core.Ids;
using Seckill.LoadTests.Running;

namespace Seckill.LoadTests.Target;

/// <summary>Sends grabs over HTTP/1.1 and reads the answers. Thread-safe.</summary>
/// <remarks>
/// Connections are bounded; a request that finds none free waits inside <see cref="SocketsHttpHandler"/>, and since latency counts from the intended
/// arrival, that wait is part of it.
/// </remarks>
public sealed class GrabClient : IDisposable
{
    private readonly HttpClient _http;

    public GrabClient(Uri api, int maxConnections, TimeSpan timeout)
    {
        SocketsHttpHandler handler = new()
        {
            MaxConnectionsPerServer = maxConnections,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
        };
        _http = new HttpClient(handler) { BaseAddress = api, Timeout = timeout, DefaultRequestVersion = HttpVersion.Version11 };
    }

    /// <summary>One press of the button.</summary>
    /// <param name="path">The item's grabs.</param>
    /// <param name="token">Who presses.</param>
    /// <param name="grabToken">The grab token to show; null for none.</param>
    /// <param name="forwardedFor">What to say of where it comes from; null for nothing.</param>
    public async Task<StepAnswer> GrabAsync(Uri path, AuthenticationHeaderValue token, string? grabToken = null, string? forwardedFor = null) =>
        await SendAsync(path, token, grabToken, forwardedFor, static (status, body) => Read(status, body));

    /// <summary>Asks for a grab token.</summary>
    /// <returns>The token, or what was answered instead of it.</returns>
    public async Task<(string? Token, StepAnswer Refusal)> AskTokenAsync(Uri path, AuthenticationHeaderValue token)
    {
        string? issued = null;
        StepAnswer answer = await SendAsync(path, token, grabToken: null, forwardedFor: null, (status, body) =>
        {
            issued = status is HttpStatusCode.OK ? ReadToken(body) : null;
            return Read(status, body);
        });
        return (issued, answer);
    }

    private async Task<StepAnswer> SendAsync(Uri path, AuthenticationHeaderValue token, string? grabToken, string? forwardedFor, Func<HttpStatusCode, byte[], StepAnswer> read)
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, path);
            request.Headers.Authorization = token;
            if (grabToken is not null)
            {
                request.Headers.TryAddWithoutValidation("X-Grab-Token", grabToken);
            }

            if (forwardedFor is not null)
            {
                request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
            }

            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, CancellationToken.None);
            return read(response.StatusCode, await response.Content.ReadAsByteArrayAsync());
        }
        catch (OperationCanceledException)
        {
            return new StepAnswer(Answer.Error, Detail: "no answer in time");
        }
        catch (HttpRequestException fault)
        {
            return new StepAnswer(Answer.Error, Detail: $"{fault.HttpRequestError}");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Classifies an answer by status and problem type.</summary>
    public static StepAnswer Read(HttpStatusCode status, ReadOnlySpan<byte> body)
    {
        (string? type, OrderId? order) = ReadFields(body);
        return (int)status switch
        {
            202 when order is not null => new StepAnswer(Answer.Accepted, order),
            409 when EndsWith(type, "sold-out") => new StepAnswer(Answer.SoldOut),
            409 when EndsWith(type, "already-grabbed") => new StepAnswer(Answer.AlreadyGrabbed, order),
            409 when EndsWith(type, "grab-token-used") => new StepAnswer(Answer.Refused, Detail: "409 grab-token-used"),
            429 => new StepAnswer(Answer.Throttled),
            503 => new StepAnswer(Answer.Unavailable, Detail: $"503 {LastPart(type)}"),
            401 or 403 or 404 or 410 or 425 => new StepAnswer(Answer.Refused, Detail: $"{(int)status} {LastPart(type)}"),
            int other => new StepAnswer(Answer.Error, Detail: $"{other} {LastPart(type)}".TrimEnd()),
        };
    }

    private static string? ReadToken(byte[] body)
    {
        using JsonDocument answer = JsonDocument.Parse(body);
        return answer.RootElement.GetProperty("token").GetString();
    }

    private static (string? Type, OrderId? Order) ReadFields(ReadOnlySpan<byte> body)
    {
        string? type = null;
        OrderId? order = null;
        try
        {
            Utf8JsonReader json = new(body);
            while (json.Read())
            {
                if (json.TokenType != JsonTokenType.PropertyName || json.CurrentDepth != 1)
                {
                    continue;
                }

                bool isType = json.ValueTextEquals("type"u8);
                bool isOrder = json.ValueTextEquals("orderId"u8);
                json.Read();
                if (json.TokenType == JsonTokenType.String && isType)
                {
                    type = json.GetString();
                }
                else if (json.TokenType == JsonTokenType.String && isOrder && OrderId.TryParse(json.GetString(), out OrderId id))
                {
                    order = id;
                }
            }
        }
        catch (JsonException)
        {
            return (type, null); // a body cut short: whatever it named cannot be relied on
        }

        return (type, order);
    }

    private static bool EndsWith(string? type, string name) => type is not null && type.EndsWith(name, StringComparison.Ordinal);

    private static string LastPart(string? type) => type is null ? string.Empty : type[(type.LastIndexOfAny(['/', ':']) + 1)..];
}
