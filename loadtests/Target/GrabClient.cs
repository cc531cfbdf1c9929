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
    public async Task<StepAnswer> GrabAsync(Uri path, AuthenticationHeaderValue token)
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, path);
            request.Headers.Authorization = token;
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, CancellationToken.None);
            return Read(response.StatusCode, await response.Content.ReadAsByteArrayAsync());
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
            429 => new StepAnswer(Answer.Throttled),
            503 => new StepAnswer(Answer.Unavailable, Detail: $"503 {LastPart(type)}"),
            401 or 403 or 404 or 410 or 425 => new StepAnswer(Answer.Refused, Detail: $"{(int)status} {LastPart(type)}"),
            int other => new StepAnswer(Answer.Error, Detail: $"{other} {LastPart(type)}".TrimEnd()),
        };
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
