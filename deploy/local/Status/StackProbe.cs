using System.Data.Common;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using MySql.Data.MySqlClient;
using Seckill.Core.Redis;
using Seckill.Local.State;
using StackExchange.Redis;

namespace Seckill.Local.Status;

/// <summary>Asks every part of a running stack how it is, all at once.</summary>
internal static class StackProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Task<PartHealth[]> AskAsync(LocalState state) => Task.WhenAll(
        ServiceAsync("api", state.Pids.Api, state.Api),
        ServiceAsync("worker", state.Pids.Worker, state.Metrics.Worker[..^"/metrics".Length]),
        ServiceAsync("hub", state.Pids.Hub, state.Hub),
        AskAsync("redis", state.Pids.Redis, state.Redis, async () =>
        {
            using ConnectionMultiplexer multiplexer = RedisConnection.OpenMultiplexer(state.Redis, "seckill-status", ordered: false);
            TimeSpan took = await multiplexer.GetDatabase().PingAsync();
            return $"PING in {took.TotalMilliseconds:0.0} ms";
        }),
        AskAsync("mariadb", state.Pids.Mariadb, AddressOf(state.Mysql), async () =>
        {
            await using MySqlConnection connection = new(state.Mysql);
            await connection.OpenAsync();
            return $"version {connection.ServerVersion}";
        }),
        AskAsync("kafka", state.Pids.Stack, state.Kafka, async () =>
        {
            string[] brokers = state.Kafka.Split(',');
            await Task.WhenAll(brokers.Select(ConnectAsync));
            return $"{brokers.Length} brokers answer";
        }));

    private static async Task<PartHealth> AskAsync(string part, int? pid, string address, Func<Task<string>> question)
    {
        try
        {
            return new PartHealth(part, PartHealth.Healthy, pid, address, await question().WaitAsync(Patience));
        }
        catch (Exception error) when (error is RedisException or DbException or SocketException or TimeoutException)
        {
            return new PartHealth(part, PartHealth.Away, pid, address, FirstLine(error));
        }
    }

    /// <summary>Takes the service's own word, with every part of it that is not healthy.</summary>
    private static async Task<PartHealth> ServiceAsync(string part, int pid, string url)
    {
        try
        {
            using HttpClient http = new() { Timeout = Patience };
            long started = Stopwatch.GetTimestamp();
            using HttpResponseMessage answer = await http.GetAsync(new Uri($"{url}/healthz"));
            TimeSpan took = Stopwatch.GetElapsedTime(started);
            JsonElement body = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
            string state = body.GetProperty("status").GetString()!;
            string[] faults = [.. body.GetProperty("parts").EnumerateObject().Select(Fault).OfType<string>()];
            return new PartHealth(part, state, pid, url, faults is [] ? $"answers in {took.TotalMilliseconds:0} ms" : string.Join("; ", faults));
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or JsonException)
        {
            return new PartHealth(part, PartHealth.Away, pid, url, FirstLine(error));
        }
    }

    private static string? Fault(JsonProperty part)
    {
        string? state = part.Value.GetProperty("status").GetString();
        return state == PartHealth.Healthy ? null : $"{part.Name} {state}: {part.Value.GetProperty("reason").GetString()}";
    }

    private static async Task ConnectAsync(string broker)
    {
        string[] address = broker.Split(':');
        using TcpClient client = new();
        await client.ConnectAsync(address[0], int.Parse(address[1]));
    }

    private static string AddressOf(string connectionString)
    {
        MySqlConnectionStringBuilder builder = new(connectionString);
        return $"{builder.Server}:{builder.Port}";
    }

    private static string FirstLine(Exception error) => error.Message.Split('\n')[0];
}
