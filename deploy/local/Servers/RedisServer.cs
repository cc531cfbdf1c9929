using System.Net.Sockets;
using System.Text;
using Seckill.Core.Redis;
using Seckill.Local.Processes;

namespace Seckill.Local.Servers;

/// <summary>A real <c>redis-server</c>, with no configuration but ours.</summary>
public sealed class RedisServer : ManagedServer
{
    private readonly RedisServerOptions _options;
    private int? _primary;

    public RedisServer(RedisServerOptions options)
        : base("redis", options.Directory, options.Port)
    {
        _options = options;
        _primary = options.ReplicaOf;
    }

    /// <summary>Says that its data is the first that the system ever had, see <see cref="DataSetBirth.DeclareFirstAsync"/>. For whoever has just made the directory.</summary>
    public Task DeclareFirstDataAsync() => FirstData.DeclareAsync(Endpoint);

    protected override IReadOnlyList<string> Command() =>
    [
        "redis-server",
        "--port", $"{Port}",
        "--bind", "127.0.0.1",
        "--dir", Directory,
        "--loglevel", _options.LogLevel,
        // Snapshots would only add a second, older truth beside the append-only file.
        "--save", string.Empty,
        "--appendonly", _options.Persistence == RedisPersistence.None ? "no" : "yes",
        "--appendfsync", _options.Persistence == RedisPersistence.Always ? "always" : "everysec",
        // An evicted stock key would be lost stock: refuse writes instead.
        "--maxmemory-policy", "noeviction",
        // A replica is copied to from memory: no snapshot on disk, and none that waits for more replicas.
        "--repl-diskless-sync-delay", "0",
        .. _primary is { } primary ? (string[])["--replicaof", "127.0.0.1", $"{primary}"] : [],
        .. _options.Arguments,
    ];

    /// <summary>Sends one command and gives its reply as text: a status, a number, a bulk string; an array's first line.</summary>
    /// <exception cref="ServerFailedException">Redis answered with an error, or did not answer.</exception>
    public Task<string> SendAsync(params string[] command) => RedisCommand.SendAsync(Port, command);

    /// <summary>Cuts the connections of all ordinary clients at once (<c>CLIENT KILL</c>); they connect again.</summary>
    /// <returns>How many were cut.</returns>
    public async Task<int> CutClientsAsync() => int.Parse(await SendAsync("CLIENT", "KILL", "TYPE", "normal"));

    /// <summary>Makes a replica the primary: it takes writes from now on, with what it had received by then, and after a restart too.</summary>
    public async Task PromoteAsync()
    {
        await SendAsync("REPLICAOF", "NO", "ONE");
        _primary = null;
    }

    /// <summary>Makes this server a replica of another one: what it holds is thrown away, and writes are refused with READONLY.</summary>
    public async Task FollowAsync(RedisServer primary)
    {
        await SendAsync("REPLICAOF", "127.0.0.1", $"{primary.Port}");
        _primary = primary.Port;
    }

    /// <summary>Waits until the replica has its link and everything that the primary had when it was asked.</summary>
    /// <exception cref="TimeoutException">Not within <paramref name="limit"/>.</exception>
    public async Task WaitForCopyAsync(RedisServer replica, TimeSpan limit)
    {
        if (!await Deadline.PollAsync(limit, async _ => Offset(await SendAsync("INFO", "replication"), "master_repl_offset") is { } wanted
            && (await replica.SendAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal)
            && Offset(await replica.SendAsync("INFO", "replication"), "slave_repl_offset") >= wanted))
        {
            throw new TimeoutException(
                $"{replica.Endpoint} has not caught up with {Endpoint} within {limit.TotalSeconds:0} s. It says:\n{await replica.SendAsync("INFO", "replication")}\nThe primary says:\n"
                + $"{await SendAsync("INFO", "replication")}\n{await SendAsync("INFO", "persistence")}");
        }
    }

    /// <summary>kill -9, and a start on a disk that holds nothing: a host that was replaced.</summary>
    public async Task RestartEmptyAsync(CancellationToken stop = default)
    {
        await KillAsync();
        string data = Path.Combine(Directory, "appendonlydir");
        if (System.IO.Directory.Exists(data))
        {
            System.IO.Directory.Delete(data, recursive: true);
        }

        File.Delete(Path.Combine(Directory, "dump.rdb"));
        await StartAsync(stop);
    }

    private static long? Offset(string info, string name) => info.Split('\n')
        .Where(line => line.StartsWith($"{name}:", StringComparison.Ordinal))
        .Select(line => (long?)long.Parse(line[(name.Length + 1)..].Trim()))
        .FirstOrDefault();

    /// <summary>True when PING is answered with PONG, or with the demand for a password: a server that still loads its data answers LOADING.</summary>
    protected override async Task<bool> IsReadyAsync(CancellationToken stop)
    {
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync("127.0.0.1", Port, stop);
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync("PING\r\n"u8.ToArray(), stop);
            byte[] reply = new byte[7];
            int read = await stream.ReadAtLeastAsync(reply, reply.Length, throwOnEndOfStream: false, stop)
                .AsTask().WaitAsync(TimeSpan.FromSeconds(2), stop);
            return Encoding.ASCII.GetString(reply, 0, read) is "+PONG\r\n" or "-NOAUTH";
        }
        catch (Exception error) when (error is SocketException or IOException or TimeoutException)
        {
            return false;
        }
    }
}
