using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Seckill.Chaos.Stack;
using Seckill.Core.Identity;

namespace Seckill.Chaos.Crowds;

/// <summary>Many users who buy: they arrive at a rate that no answer slows down (open model), ask again while the outcome is unknown, at whichever Api answers, and write down every answer.</summary>
/// <remarks>Thread-safe. At most <see cref="MaxUnderWay"/> users ask at once; further arrivals wait, and <see cref="Late"/> counts them.</remarks>
internal sealed class Crowd : IAsyncDisposable
{
    /// <summary>Bound of users under way; far above what a test asks for.</summary>
    public const int MaxUnderWay = 20_000;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly ChaosStack _stack;
    private readonly SemaphoreSlim _underWay = new(MaxUnderWay);
    private readonly HttpClient _http;
    private readonly int _seed;
    private int _users;
    private int _asked;
    private long _late;

    /// <param name="stack">Where to buy.</param>
    /// <param name="seed">Of the pauses between attempts.</param>
    public Crowd(ChaosStack stack, int seed = 1)
    {
        _stack = stack;
        _seed = seed;
        _http = new HttpClient(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 512,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2),
            ConnectTimeout = TimeSpan.FromSeconds(2),
        })
        {
            Timeout = RequestTimeout,
        };
    }

    public CrowdLog Log { get; } = new();

    /// <summary>How long a user goes on asking; past it the user counts as having given up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Arrivals that had to wait because too many were under way.</summary>
    public long Late => Volatile.Read(ref _late);

    /// <summary>Makes an open sale of one SKU.</summary>
    public async Task<ChaosSale> CreateSaleAsync(string sku, int units, CancellationToken stop, int perUserLimit = 1)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        object body = new
        {
            name = $"Sale of {sku}",
            startsAt = now.AddMinutes(-1),
            endsAt = now.AddHours(6),
            items = new[] { new { skuId = sku, name = sku, price = 9.90m, stock = units, perUserLimit } },
        };
        while (true)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, new Uri(NextApi(), "/api/v1/admin/sales")) { Content = JsonContent.Create(body) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _stack.TokenFor("boss", Roles.Admin));
            try
            {
                using HttpResponseMessage answer = await _http.SendAsync(request, stop);
                JsonElement made = await answer.Content.ReadFromJsonAsync<JsonElement>(stop);
                if (answer.IsSuccessStatusCode)
                {
                    ChaosSale sale = new(made.GetProperty("saleId").GetString()!, sku, units, perUserLimit);
                    await EveryApiKnowsAsync(sale, stop);
                    return sale;
                }

                if ((int)answer.StatusCode < 500)
                {
                    throw new InvalidOperationException($"The Api refuses the sale: {made}");
                }
            }
            catch (Exception fault) when (IsBroken(fault) && !stop.IsCancellationRequested)
            {
                // Killed or cut just now: a sale that was made all the same has no buyers.
            }

            await Task.Delay(200, stop);
        }
    }

    /// <summary>Names of users that nobody has had yet.</summary>
    public string[] NewUsers(int count, string prefix = "user")
    {
        int first = Interlocked.Add(ref _users, count) - count;
        return [.. Enumerable.Range(first, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{i}"))];
    }

    /// <summary>New users arrive, <paramref name="ratePerSecond"/> of them a second, and each buys.</summary>
    /// <returns>The last answer of each, in order of arrival; when everybody has one.</returns>
    public Task<GrabAnswer[]> ArriveAsync(ChaosSale sale, int users, double ratePerSecond, CancellationToken stop) =>
        ArriveAsync(sale, NewUsers(users), ratePerSecond, stop);

    /// <summary>These users arrive, <paramref name="ratePerSecond"/> of them a second, and each buys.</summary>
    public async Task<GrabAnswer[]> ArriveAsync(ChaosSale sale, IReadOnlyList<string> users, double ratePerSecond, CancellationToken stop)
    {
        long started = TimeProvider.System.GetTimestamp();
        Task<GrabAnswer>[] buying = new Task<GrabAnswer>[users.Count];
        for (int i = 0; i < users.Count; i++)
        {
            // By the schedule, not by the last answer: a slow engine must not slow its crowd down.
            TimeSpan due = TimeSpan.FromSeconds(i / ratePerSecond);
            if (due - TimeProvider.System.GetElapsedTime(started) is { } early && early > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(early, stop);
            }

            if (!await _underWay.WaitAsync(0, stop))
            {
                Interlocked.Increment(ref _late);
                await _underWay.WaitAsync(stop);
            }

            buying[i] = BuyAndLeaveAsync(sale, users[i], stop);
        }

        return await Task.WhenAll(buying);
    }

    /// <summary>New users arrive at a rate until <paramref name="close"/>; completes when the last of them has an answer.</summary>
    public async Task ArriveUntilAsync(ChaosSale sale, double ratePerSecond, CancellationToken close, CancellationToken stop)
    {
        long started = TimeProvider.System.GetTimestamp();
        List<Task> buying = [];
        for (int i = 0; !close.IsCancellationRequested; i++)
        {
            TimeSpan early = TimeSpan.FromSeconds(i / ratePerSecond) - TimeProvider.System.GetElapsedTime(started);
            if (early > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(early, stop);
            }

            if (!await _underWay.WaitAsync(0, stop))
            {
                Interlocked.Increment(ref _late);
                await _underWay.WaitAsync(stop);
            }

            buying.Add(BuyAndLeaveAsync(sale, NewUsers(1)[0], stop));
        }

        await Task.WhenAll(buying);
    }

    /// <summary>One user buys: asks, and asks again while the answer leaves open what happened.</summary>
    /// <returns>The answer that settled it, or the last one when patience ran out.</returns>
    public async Task<GrabAnswer> BuyAsync(ChaosSale sale, string user, CancellationToken stop)
    {
        long started = TimeProvider.System.GetTimestamp();
        Random random = new(HashCode.Combine(_seed, user.GetHashCode(StringComparison.Ordinal)));
        int asked = 0;
        while (true)
        {
            GrabAnswer answer = await AskAsync(sale, user, stop);
            if (!answer.AsksAgain)
            {
                return answer;
            }

            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                Log.GiveUp();
                return answer;
            }

            // As a client should: sooner at first, and in a long outage seldom, so that the crowd does not become a flood.
            await Task.Delay(random.Next(50, 300) * (1 << Math.Min(asked++, 4)), stop);
        }
    }

    /// <summary>One request, answered or not.</summary>
    public async Task<GrabAnswer> AskAsync(ChaosSale sale, string user, CancellationToken stop)
    {
        DateTime sentAt = TimeProvider.System.GetUtcNow().UtcDateTime;
        long started = TimeProvider.System.GetTimestamp();
        int? status = null;
        string? problem = null;
        string? order = null;
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, new Uri(NextApi(), $"/api/v1/sales/{sale.Id}/items/{sale.Sku}/grabs"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _stack.TokenFor(user));
            using HttpResponseMessage response = await _http.SendAsync(request, stop);
            JsonElement body = await response.Content.ReadFromJsonAsync<JsonElement>(stop);
            problem = body.TryGetProperty("type", out JsonElement type) ? type.GetString()!.Split(':')[^1] : null;
            order = body.TryGetProperty("orderId", out JsonElement id) ? id.GetString() : null;
            status = (int)response.StatusCode;
        }
        catch (Exception fault) when (IsBroken(fault) && !stop.IsCancellationRequested)
        {
            // Nobody knows what happened: status stays null.
        }

        GrabAnswer answer = new(user, sale, sentAt, TimeProvider.System.GetElapsedTime(started), status, problem, order);
        Log.Add(answer);
        return answer;
    }

    /// <summary>Opens a user's push connection; it is closed with the crowd.</summary>
    public async Task<CrowdListener> ListenAsync(string user, CancellationToken stop)
    {
        CrowdListener listener = new(user, _stack.HubUrls, _stack.TokenFor(user));
        Log.Add(listener);
        await listener.StartAsync(stop);
        return listener;
    }

    /// <summary>Opens the push connections of many users, a few dozen at a time.</summary>
    public Task ListenAsync(IEnumerable<string> users, CancellationToken stop) => Parallel.ForEachAsync(
        users, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = stop }, async (user, cancelled) => await ListenAsync(user, cancelled));

    /// <summary>The orders that the Api shows a user: the status of each, by id. Asks until it is told.</summary>
    public async Task<IReadOnlyDictionary<string, string>> OrdersOfAsync(string user, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                using HttpRequestMessage request = new(HttpMethod.Get, new Uri(NextApi(), "/api/v1/orders"));
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _stack.TokenFor(user));
                using HttpResponseMessage response = await _http.SendAsync(request, stop);
                if (response.IsSuccessStatusCode)
                {
                    JsonElement body = await response.Content.ReadFromJsonAsync<JsonElement>(stop);
                    return body.GetProperty("orders").EnumerateArray()
                        .ToDictionary(order => order.GetProperty("orderId").GetString()!, order => order.GetProperty("status").GetString()!);
                }
            }
            catch (Exception fault) when (IsBroken(fault) && !stop.IsCancellationRequested)
            {
                // Asked again.
            }

            await Task.Delay(200, stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Log.Listeners.Values.Select(listener => listener.DisposeAsync().AsTask()));
        _http.Dispose();
        _underWay.Dispose();
    }

    // The others hear of a new sale a moment later, and would say "unknown" to who comes at once.
    private async Task EveryApiKnowsAsync(ChaosSale sale, CancellationToken stop)
    {
        foreach (Uri api in _stack.ApiUrls)
        {
            for (bool isKnown = false; !isKnown; await Task.Delay(20, stop))
            {
                using HttpResponseMessage answer = await _http.GetAsync(new Uri(api, $"/api/v1/sales/{sale.Id}"), stop);
                isKnown = answer.IsSuccessStatusCode;
            }
        }
    }

    // The last two come out of HttpClient when a connection is reset while it is being made.
    private static bool IsBroken(Exception fault) =>
        fault is HttpRequestException or JsonException or IOException or OperationCanceledException or SocketException or ObjectDisposedException;

    private Uri NextApi() => _stack.ApiUrls[(int)((uint)Interlocked.Increment(ref _asked) % (uint)_stack.ApiUrls.Count)];

    private async Task<GrabAnswer> BuyAndLeaveAsync(ChaosSale sale, string user, CancellationToken stop)
    {
        try
        {
            return await BuyAsync(sale, user, stop);
        }
        finally
        {
            _underWay.Release();
        }
    }
}
