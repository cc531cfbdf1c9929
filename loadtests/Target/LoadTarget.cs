using System.Data.Common;
using System.Net;
using System.Text.Json;

namespace Seckill.LoadTests.Target;

/// <summary>The stack that a run loads and audits. Loopback addresses only: a load generator must not be one typing error away from someone's servers.</summary>
/// <param name="Api">Seckill.Api.</param>
/// <param name="Hub">The push hub, <c>…/hubs/push</c>.</param>
/// <param name="Redis"><c>host:port[,…]</c>; null: what the audit reads there is not checked.</param>
/// <param name="Kafka">Bootstrap list, <c>host:port,host:port</c>; null: likewise.</param>
/// <param name="MySql">ADO.NET connection string; null: likewise.</param>
public sealed record LoadTarget(Uri Api, Uri Hub, string? Redis, string? Kafka, string? MySql)
{
    private const string HubPath = "/hubs/push";

    /// <summary>Reads what <c>./seckill up</c> wrote.</summary>
    /// <exception cref="TargetException">No stack runs, or the file is not whole.</exception>
    public static LoadTarget FromState(string stateFile)
    {
        if (!File.Exists(stateFile))
        {
            throw new TargetException("No local stack is running: run ./seckill up first (or name one with --api and --hub).");
        }

        try
        {
            using JsonDocument state = JsonDocument.Parse(File.ReadAllText(stateFile));
            string Field(string name) => state.RootElement.GetProperty(name).GetString() ?? throw new KeyNotFoundException(name);
            return From(Field("api"), Field("hub"), Field("redis"), Field("kafka"), Field("mysql"));
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new TargetException($"{stateFile} is not what ./seckill up writes ({fault.Message}): run ./seckill down, then ./seckill up.");
        }
    }

    /// <summary>Checks addresses given by hand.</summary>
    /// <exception cref="TargetException">One is not an address, or not on this machine.</exception>
    public static LoadTarget From(string api, string hub, string? redis, string? kafka, string? mySql)
    {
        Uri hubUrl = Url("--hub", hub);
        if (redis is not null)
        {
            RequireLoopback("--redis", HostOf(redis.Split(',')[0]));
        }

        foreach (string broker in kafka?.Split(',') ?? [])
        {
            RequireLoopback("--kafka", HostOf(broker));
        }

        if (mySql is not null)
        {
            RequireLoopback("--mysql", MySqlHost(mySql));
        }

        return new LoadTarget(Url("--api", api), hubUrl.AbsolutePath == "/" ? new Uri(hubUrl, HubPath) : hubUrl, redis, kafka, mySql);
    }

    private static Uri Url(string name, string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https" or "ws" or "wss"))
        {
            throw new TargetException($"{name} '{text}' is not an http URL.");
        }

        RequireLoopback(name, url.Host);
        return url;
    }

    private static string HostOf(string server) => server[..(server.LastIndexOf(':') is var colon and > 0 ? colon : server.Length)];

    private static string MySqlHost(string connectionString)
    {
        try
        {
            DbConnectionStringBuilder builder = new() { ConnectionString = connectionString };
            return builder.TryGetValue("Server", out object? host) || builder.TryGetValue("Host", out host) ? (string)host : string.Empty;
        }
        catch (ArgumentException)
        {
            throw new TargetException("--mysql is not an ADO.NET connection string.");
        }
    }

    private static void RequireLoopback(string name, string host)
    {
        bool loopback = host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
        if (!loopback)
        {
            throw new TargetException($"{name}: '{host}' is not this machine. Load runs go to loopback addresses (127.0.0.1, ::1, localhost) only.");
        }
    }
}
