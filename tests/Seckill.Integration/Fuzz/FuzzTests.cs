using System.Collections.Concurrent;
using System.Data.Common;
using System.Net.WebSockets;
using System.Text.Json;
using Dapper;
using MySql.Data.MySqlClient;
using Seckill.Integration.EndToEnd;
using Seckill.Integration.Grab;
using Seckill.Local;
using Seckill.Local.Stack;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Fuzz;

/// <summary>
/// Goal: whatever comes over the wire, no server fails (no 5xx, no unhandled fault in a log), hangs, leaks or changes anything. Method: an engine of its own; a seeded stream of malformed requests over
/// every operation of the OpenAPI document, and of frames to the hub; then the books are compared, and a buyer grabs and is told. The seed is printed; <c>SECKILL_SEED</c> plays a run again.
/// </summary>
public sealed class FuzzTests : IAsyncLifetime
{
    private const int Units = 5;
    private const int Senders = 8;
    private const int Unavailable = 503;
    private const string Sku = "untouched";

    private readonly TemporaryDirectory _directory = new();
    private readonly int _seed = Environment.GetEnvironmentVariable("SECKILL_SEED") is { } given ? int.Parse(given) : Random.Shared.Next();
    private LocalStack _stack = null!;
    private StackClient _client = null!;
    private string _sale = null!;
    private string[] _tokens = null!;

    public async ValueTask InitializeAsync()
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"SECKILL_SEED={_seed}");
        _stack = await LocalStack.StartAsync(new LocalStackOptions
        {
            Directory = _directory.Path,
            // Most requests would be refused for their number alone, and show nothing.
            ServiceEnvironment = new Dictionary<string, string> { ["Seckill__RequestRates__UserPerSecond"] = "1000000", ["Seckill__RequestRates__AddressPerSecond"] = "1000000" },
        });
        _client = new StackClient(_stack.Api.Url.ToString());
        _tokens = [await _client.TokenAsync("buyer"), await _client.TokenAsync("boss", "admin")];
        _sale = await _client.CreateSaleAsync(Sku, Units);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _stack.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public Task MalformedRequestsAndFrames_NothingFailsHangsLeaksOrChanges() => FuzzAsync(requests: 4_000, connections: 40);

    [Fact]
    [Trait("run", "long")]
    public Task TwoHundredThousandMalformedRequests_NothingFailsHangsLeaksOrChanges() => FuzzAsync(requests: 200_000, connections: 1_500);

    private async Task FuzzAsync(int requests, int connections)
    {
        (_, JsonDocument document) = await _client.GetAsync("/openapi/v1.json");
        ConcurrentDictionary<int, int> statuses = new();
        ConcurrentQueue<string> faults = new();
        ServiceProcess[] services = [_stack.Api, _stack.Hub, _stack.Worker];
        int[] logged = [.. services.Select(service => File.ReadLines(service.LogFile).Count())];
        int[] connected = [.. services.Select(ConnectionsTo)];
        Dictionary<string, string> books = await BooksAsync();

        await Task.WhenAll(
            Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => SendRequestsAsync(document.RootElement, new Random(_seed + sender), requests / Senders, statuses, faults))),
            SendFramesAsync(connections));

        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Value}")));
        faults.ShouldBeEmpty();
        statuses.GetValueOrDefault(Unavailable).ShouldBeLessThanOrEqualTo(requests / 50, "503 by name is what a starved machine answers, now and then");
        (await BooksAsync()).ShouldBe(books, ignoreOrder: true);
        foreach ((ServiceProcess service, int before) in services.Zip(logged))
        {
            File.ReadLines(service.LogFile).Skip(before).Where(IsFault).ShouldBeEmpty($"{service.Name} logged a fault");
        }

        // Whoever watches the services keeps connections of his own; ours must all be gone.
        await Eventually.TrueAsync(() => services.Zip(connected).All(service => ConnectionsTo(service.First) <= service.Second));
        await SellsAndTellsAsync();
    }

    // A machine without a moment to spare makes health checks late; that is no fault of the fuzz's.
    private static bool IsFault(string line) =>
        (line.StartsWith("fail:", StringComparison.Ordinal) && !line.Contains("HealthCheck", StringComparison.Ordinal)) || line.StartsWith("crit:", StringComparison.Ordinal)
        || line.Contains("Unhandled", StringComparison.Ordinal);

    private async Task SendRequestsAsync(JsonElement document, Random random, int requests, ConcurrentDictionary<int, int> statuses, ConcurrentQueue<string> faults)
    {
        RequestForge forge = new(document, _tokens, _sale, random);
        using WireClient client = new(_stack.Api.Url);
        for (int i = 0; i < requests; i++)
        {
            ForgedRequest request = forge.Next();
            WireAnswer? answer = await client.SendAsync(request);
            statuses.AddOrUpdate(answer?.Status ?? 0, 1, (_, count) => count + 1);
            if (Fault(request, answer) is { } fault)
            {
                faults.Enqueue($"{fault}:\n{System.Text.Encoding.Latin1.GetString(request.Bytes.AsSpan(0, Math.Min(1_500, request.Bytes.Length)))}\n-> {answer}");
            }
        }
    }

    private static string? Fault(ForgedRequest request, WireAnswer? answer) =>
        answer is null ? request.IsHttp ? "no answer" : null
        // HTTP has a word of its own for a version that does not exist.
        : answer.Status is >= 500 and not 505 && !(answer.Status is Unavailable && answer.Body.Contains("urn:seckill:error:", StringComparison.Ordinal)) ? "a server's fault"
        : answer.Body.Contains("   at ", StringComparison.Ordinal) || answer.Body.Contains("Exception", StringComparison.Ordinal) || answer.Body.Contains("Seckill.", StringComparison.Ordinal) ? "it tells how it is built"
        : answer.Head.Contains("\r\nX-Injected", StringComparison.Ordinal) ? "a header of mine came back"
        : null;

    private async Task SendFramesAsync(int connections)
    {
        Random random = new(_seed);
        FrameForge forge = new(random);
        for (int i = 0; i < connections; i++)
        {
            string token = await _client.TokenAsync($"flooder-{i}");
            using ClientWebSocket socket = new();
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
            try
            {
                await socket.ConnectAsync(new UriBuilder(_stack.HubUrl) { Scheme = "ws", Query = $"access_token={token}" }.Uri, limit.Token);
                Task reading = DrainAsync(socket, limit.Token);
                await SendAsync(socket, forge.Handshake(), random, limit.Token);
                for (int frames = random.Next(1, 25); frames > 0 && !reading.IsCompleted; frames--)
                {
                    await SendAsync(socket, forge.Next(), random, limit.Token);
                }

                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
                await reading;
            }
            catch (Exception cut) when (cut is WebSocketException || (cut is OperationCanceledException && !limit.IsCancellationRequested))
            {
                // Refused or cut off, in the middle of a frame perhaps: the right answer to most of this.
            }
            catch (OperationCanceledException hung)
            {
                throw new TimeoutException($"Connection {i} neither answered nor ended.", hung);
            }
        }
    }

    private static ValueTask SendAsync(ClientWebSocket socket, ReadOnlyMemory<byte> frame, Random random, CancellationToken stop) =>
        socket.SendAsync(frame, random.Next(8) == 0 ? WebSocketMessageType.Binary : WebSocketMessageType.Text, endOfMessage: random.Next(8) > 0, stop);

    private static async Task DrainAsync(ClientWebSocket socket, CancellationToken stop)
    {
        byte[] buffer = new byte[4_096];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), stop)).MessageType is not WebSocketMessageType.Close)
            {
            }
        }
        catch (WebSocketException)
        {
            // Cut off.
        }
    }

    /// <summary>Every table that a request of a buyer or an operator could change, by its checksum, and what Redis has of the sale.</summary>
    private async Task<Dictionary<string, string>> BooksAsync()
    {
        await using DbConnection database = new MySqlConnection(_stack.MySqlConnection);
        await database.OpenAsync();
        Dictionary<string, string> books = [];
        // What runs by itself, and the record of who was refused, changes without anybody's leave.
        string[] tables = [.. (await database.QueryAsync<string>("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"))
            .Where(table => !table.Contains("fence", StringComparison.Ordinal) && !table.Contains("reconcil", StringComparison.Ordinal) && !table.Contains("watch", StringComparison.Ordinal) && !table.Contains("audit", StringComparison.Ordinal))];
        foreach (string table in tables)
        {
            books[table] = $"{(await database.QuerySingleAsync($"CHECKSUM TABLE `{table}`")).Checksum}";
        }

        SaleAudit.Books sale = await new SaleAudit(_stack.RedisConnection, _stack.MySqlConnection, _sale, Sku, Units).ReadAsync();
        books["units left in Redis"] = $"{sale.Left}";
        books["reserved in Redis"] = $"{sale.Reserved.Length}";
        (_, JsonDocument sales) = await _client.GetAsync("/api/v1/sales");
        books["sales"] = string.Join(',', sales.RootElement.GetProperty("sales").EnumerateArray().Select(one => $"{one.GetProperty("saleId")} {one.GetProperty("state")}"));
        return books;
    }

    /// <summary>After all that: a buyer wins, and hears of it.</summary>
    private async Task SellsAndTellsAsync()
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(1));
        string token = await _client.TokenAsync("after-all");
        await using Listener listener = await Listener.ConnectAsync(_stack.HubUrl, token, deadline.Token);
        GrabAnswer won = await _client.GrabUntilKnownAsync(_sale, Sku, "after-all", token, deadline.Token);
        await listener.OrderCreatedAsync(won.OrderId.ShouldNotBeNull($"{won}"), deadline.Token);
    }

    /// <summary>Connections that a service has from its clients, half-closed ones included.</summary>
    private static int ConnectionsTo(ServiceProcess service)
    {
        // A line of /proc/net/tcp: number, local address:port, remote one, state; 01 is established, 08 closed by the other end only.
        string port = $":{service.Port:X4}";
        return File.ReadLines("/proc/net/tcp").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(line => line[3] is "01" or "08" && line[1].EndsWith(port, StringComparison.Ordinal));
    }
}
