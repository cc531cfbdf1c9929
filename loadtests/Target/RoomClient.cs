using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using Seckill.LoadTests.Audit;
using Seckill.LoadTests.Crowd;
using Seckill.LoadTests.Running;

namespace Seckill.LoadTests.Target;

/// <summary>A buyer before a waiting room: joins, looks as often as he is told to, and when he is let in fetches a grab token and grabs. Thread-safe.</summary>
/// <remarks>One arrival is one attempt, the wait included: a latency of such a run is how long a buyer stood in line.</remarks>
public sealed class RoomClient(HttpClient http, GrabClient grabs, TimeProvider time)
{
    private readonly ConcurrentBag<RoomTurn> _turns = [];
    private int _joined;

    /// <summary>What has been seen so far.</summary>
    public RoomEvidence Evidence(int admitPerSecond) => new(admitPerSecond, Volatile.Read(ref _joined), [.. _turns]);

    /// <summary>Waits, and grabs.</summary>
    public async Task<StepAnswer> LineUpAndGrabAsync(SaleUnderLoad sale, int index, LoadUser user)
    {
        try
        {
            Uri room = new($"api/v1/sales/{sale.Sale}/waiting-room", UriKind.Relative);
            (JsonElement place, StepAnswer? refused) = await SendAsync(HttpMethod.Post, room, user, ticket: null);
            if (refused is null)
            {
                Interlocked.Increment(ref _joined);
            }

            while (refused is null && place.GetProperty("state").GetString() == "waiting")
            {
                await Task.Delay(TimeSpan.FromMilliseconds(place.GetProperty("lookAgainMs").GetInt64()), time);
                (place, refused) = await SendAsync(HttpMethod.Get, room, user, place.GetProperty("ticket").GetString());
            }

            if (refused is not null)
            {
                return refused.Value;
            }

            _turns.Add(new RoomTurn(index, place.GetProperty("place").GetInt64(), place.GetProperty("admittedUntil").GetDateTimeOffset()));
            (JsonElement token, refused) = await SendAsync(HttpMethod.Post, new Uri($"api/v1/sales/{sale.Sale}/items/{sale.Sku}/grab-token", UriKind.Relative), user, ticket: null);
            return refused ?? await grabs.GrabAsync(new Uri(sale.GrabPath, UriKind.Relative), user.Authorization, token.GetProperty("token").GetString());
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or JsonException)
        {
            return new StepAnswer(Answer.Error, Detail: fault.GetType().Name);
        }
    }

    private async Task<(JsonElement Body, StepAnswer? Refused)> SendAsync(HttpMethod method, Uri path, LoadUser user, string? ticket)
    {
        using HttpRequestMessage request = new(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", user.Token);
        if (ticket is not null)
        {
            request.Headers.Add("X-Waiting-Room-Ticket", ticket);
        }

        using HttpResponseMessage response = await http.SendAsync(request);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        return response.IsSuccessStatusCode ? (JsonSerializer.Deserialize<JsonElement>(body), null) : (default, GrabClient.Read(response.StatusCode, body));
    }
}
