using System.Diagnostics;
using Seckill.Local.Servers;
using Seckill.Local.State;

namespace Seckill.Local.Stack;

/// <summary>The whole engine on this machine: servers first, then the Worker (it applies the migrations), then Api and Hub.</summary>
/// <remarks>
/// Stops in the other order, so that no part ever misses what it needs: Api, Worker, Hub, Kafka, MariaDB, Redis. Each service may be stopped, killed and
/// started on its own meanwhile. Kafka lives in this process and is not durable; what that means is in <c>docs/local-stack.md</c>.
/// </remarks>
public sealed class LocalStack : IAsyncDisposable
{
    private readonly LocalStackOptions _options;
    private readonly string _signingKey = StackEnvironment.NewSecret();

    private ServiceProcess? _api;
    private ServiceProcess? _worker;
    private ServiceProcess? _hub;

    private LocalStack(LocalStackOptions options)
    {
        _options = options;
    }

    /// <summary>Null when an external server is used.</summary>
    public RedisServer? Redis { get; private set; }

    /// <summary>Null when an external server is used.</summary>
    public MariaDbServer? MariaDb { get; private set; }

    /// <summary>Null when an external cluster is used.</summary>
    public KafkaMockCluster? Kafka { get; private set; }

    public ServiceProcess Api => _api!;

    public ServiceProcess Worker => _worker!;

    public ServiceProcess Hub => _hub!;

    /// <summary>Where the hub's clients connect: <c>http://127.0.0.1:port/hubs/push</c>.</summary>
    public Uri HubUrl => new(Hub.Url, "/hubs/push");

    public string RedisConnection => _options.External.Redis ?? Redis!.Endpoint;

    public string KafkaBootstrapServers => _options.External.Kafka ?? Kafka!.BootstrapServers;

    public string MySqlConnection => _options.External.MySql ?? MariaDb!.ConnectionString;

    /// <summary>The configuration that all three services share, as environment variables: also for further nodes beside them.</summary>
    public IReadOnlyDictionary<string, string> ServiceEnvironment { get; private set; } = new Dictionary<string, string>();

    /// <summary>Starts everything and waits until every part is ready.</summary>
    /// <exception cref="ServerFailedException">A part did not start; the others are stopped again.</exception>
    public static async Task<LocalStack> StartAsync(LocalStackOptions options, CancellationToken stop = default)
    {
        LocalStack stack = new(options);
        try
        {
            await stack.StartServersAsync(stop);
            await stack.StartServicesAsync(stop);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops everything, in order.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopPartAsync("api", _api);
        if (_options.Persistence != RedisPersistence.None && Kafka is not null && _worker is { IsRunning: true })
        {
            await DrainAsync();
        }
        await StopPartAsync("worker", _worker);
        await StopPartAsync("hub", _hub);
        if (Kafka is not null)
        {
            await ReportStopAsync("kafka", () => Task.Run(Kafka.Dispose));
        }
        await StopPartAsync("mariadb", MariaDb);
        await StopPartAsync("redis", Redis);
    }

    private string Folder(string part) => Path.Combine(_options.Directory, part);

    private async Task StartServersAsync(CancellationToken stop)
    {
        List<Task> starts = [];
        if (_options.External.Redis is null)
        {
            Redis = new RedisServer(new() { Directory = Folder("redis"), Persistence = _options.Persistence });
            starts.Add(StartRedisAsync(Redis, stop));
        }
        if (_options.External.MySql is null)
        {
            MariaDb = new MariaDbServer(new() { Directory = Folder("mariadb") });
            starts.Add(StartPartAsync("mariadb", MariaDb, stop));
        }
        if (_options.External.Kafka is null)
        {
            starts.Add(StartKafkaAsync());
        }
        await Task.WhenAll(starts);
    }

    private async Task StartRedisAsync(RedisServer redis, CancellationToken stop)
    {
        bool isFirst = !Directory.Exists(redis.Directory);
        await StartPartAsync("redis", redis, stop);
        if (isFirst)
        {
            await redis.DeclareFirstDataAsync();
        }
    }

    private async Task StartKafkaAsync()
    {
        long started = Report("kafka", StackPartState.Starting);
        Kafka = await Task.Run(() => new KafkaMockCluster());
        Report("kafka", StackPartState.Ready, started, $"{Kafka.Brokers} brokers: {Kafka.BootstrapServers}");
    }

    private async Task StartServicesAsync(CancellationToken stop)
    {
        // Each must know the others' addresses before it starts, so both have their ports first.
        int apiPort = _options.ApiPort ?? Processes.FreePorts.Next();
        int hubPort = _options.HubPort ?? Processes.FreePorts.Next();
        Dictionary<string, string> environment = StackEnvironment.Create(
            RedisConnection, KafkaBootstrapServers, MySqlConnection, _signingKey, ReceiptKeyFile.Ensure(_options.Directory), _options.ServiceEnvironment);
        KeyValuePair<string, string> callback = StackEnvironment.CallbackTo(new Uri($"http://127.0.0.1:{apiPort}"));
        environment.TryAdd(callback.Key, callback.Value);
        ServiceEnvironment = environment;
        _worker = Service("worker", "Seckill.Worker", null, ServiceEnvironment);
        await StartPartAsync("worker", _worker, stop);

        _api = Service("api", "Seckill.Api", apiPort, new Dictionary<string, string>(ServiceEnvironment)
        {
            ["Seckill__Pages__HubUrl"] = $"http://127.0.0.1:{hubPort}/hubs/push",
        });
        _hub = Service("hub", "Push.Hub", hubPort, new Dictionary<string, string>(ServiceEnvironment)
        {
            ["Seckill__Hub__AllowedOrigins__0"] = $"http://127.0.0.1:{apiPort}",
            ["Seckill__Hub__AllowedOrigins__1"] = $"http://localhost:{apiPort}",
        });
        await Task.WhenAll(StartPartAsync("api", _api, stop), StartPartAsync("hub", _hub, stop));
    }

    private ServiceProcess Service(string name, string project, int? port, IReadOnlyDictionary<string, string> environment) =>
        new(new() { Name = name, Project = project, Directory = Folder(name), Port = port, Environment = environment });

    private async Task StartPartAsync(string part, ManagedServer server, CancellationToken stop)
    {
        long started = Report(part, StackPartState.Starting);
        await server.StartAsync(stop);
        Report(part, StackPartState.Ready, started, $"{server.Endpoint}, pid {server.Pid}");
    }

    private async Task StopPartAsync(string part, ManagedServer? server)
    {
        if (server is { IsRunning: true })
        {
            await ReportStopAsync(part, server.StopAsync);
        }
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>What lies in the mock cluster ends with it: let the Worker write those orders first.</summary>
    private async Task DrainAsync()
    {
        long started = Report("orders", StackPartState.Stopping);
        bool drained = await PipelineDrain.WaitAsync(RedisConnection);
        Report("orders", StackPartState.Stopped, started, drained ? "all written" : "not all written in time; see docs/local-stack.md");
    }

    private async Task ReportStopAsync(string part, Func<Task> stopping)
    {
        long started = Report(part, StackPartState.Stopping);
        await stopping();
        Report(part, StackPartState.Stopped, started);
    }

    private long Report(string part, StackPartState state, long? started = null, string detail = "")
    {
        long now = Stopwatch.GetTimestamp();
        _options.Progress?.Report(new StackProgress(part, state, detail, Stopwatch.GetElapsedTime(started ?? now, now)));
        return now;
    }
}
