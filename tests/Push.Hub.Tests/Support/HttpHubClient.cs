using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Push.Hub.Tests.Support;

/// <summary>A hub connection over plain HTTP requests: server-sent events or long polling, as SignalR's protocol has them.</summary>
public sealed class HttpHubClient : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<JsonElement> _messages = new();
    private readonly Uri _hub;
    private Task _reading = Task.CompletedTask;

    private HttpHubClient(Uri hub, string token)
    {
        _hub = hub;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Hub messages as they came, pings left out.</summary>
    public IReadOnlyList<JsonElement> Messages => [.. _messages];

    /// <summary>Envelopes that were received.</summary>
    public IReadOnlyList<JsonElement> Envelopes =>
        [.. _messages.Where(one => one.TryGetProperty("target", out JsonElement target) && target.GetString() == "Receive")
            .SelectMany(one => one.GetProperty("arguments")[0].EnumerateArray())];

    /// <summary>Ids of the messages from the mailbox.</summary>
    public IReadOnlyList<string> Ids => [.. Envelopes.Where(one => one.GetProperty("seq").GetInt64() > 0).Select(one => one.GetProperty("id").GetString()!)];

    /// <summary>How many requests have asked for messages.</summary>
    public int Polls { get; private set; }

    public static async Task<HttpHubClient> ConnectAsync(HubNode node, string token, bool polling)
    {
        using HttpClient http = new();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage negotiated = await http.PostAsync(new Uri(node.Hub + "/negotiate?negotiateVersion=1"), content: null);
        negotiated.EnsureSuccessStatusCode();
        string id = (await negotiated.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("connectionToken").GetString()!;
        HttpHubClient client = new(new Uri($"{node.Hub}?id={Uri.EscapeDataString(id)}&device=test"), token);
        client._reading = polling ? client.PollAsync() : client.StreamAsync();
        await Eventually.TrueAsync(() => client.Polls > 0, "the first request was answered");
        await client.SendAsync("{\"protocol\":\"json\",\"version\":1}");
        return client;
    }

    /// <summary>Calls a method of the hub.</summary>
    public Task InvokeAsync(string method, params object[] arguments) =>
        SendAsync(JsonSerializer.Serialize(new { type = 1, invocationId = "1", target = method, arguments }));

    /// <summary>Ends a connection of long polling as a client does.</summary>
    public async Task DeleteAsync() => (await _http.DeleteAsync(_hub)).EnsureSuccessStatusCode();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task SendAsync(string message)
    {
        using StringContent content = new(message + '\u001e');
        using HttpResponseMessage sent = await _http.PostAsync(_hub, content);
        sent.EnsureSuccessStatusCode();
    }

    private async Task PollAsync()
    {
        try
        {
            while (true)
            {
                using HttpResponseMessage answer = await _http.GetAsync(_hub, _stop.Token);
                if (answer.StatusCode != System.Net.HttpStatusCode.OK)
                {
                    return;
                }

                Take(await answer.Content.ReadAsStringAsync(_stop.Token));
                Polls++;
            }
        }
        catch (Exception end) when (end is OperationCanceledException or HttpRequestException)
        {
            // Disposed, or the server cut it.
        }
    }

    private async Task StreamAsync()
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, _hub);
            request.Headers.Accept.ParseAdd("text/event-stream");
            using HttpResponseMessage answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stop.Token);
            answer.EnsureSuccessStatusCode();
            Polls++;
            using StreamReader lines = new(await answer.Content.ReadAsStreamAsync(_stop.Token));
            while (await lines.ReadLineAsync(_stop.Token) is { } line)
            {
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    Take(line["data: ".Length..]);
                }
            }
        }
        catch (Exception end) when (end is OperationCanceledException or IOException)
        {
            // Disposed, or the server cut it.
        }
    }

    private void Take(string text)
    {
        foreach (string message in text.Split('\u001e', StringSplitOptions.RemoveEmptyEntries))
        {
            JsonElement parsed = JsonSerializer.Deserialize<JsonElement>(message);
            if (!parsed.TryGetProperty("type", out JsonElement type) || type.GetInt32() != 6)
            {
                _messages.Enqueue(parsed);
            }
        }
    }
}
