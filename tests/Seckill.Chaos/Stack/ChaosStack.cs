using Microsoft.Extensions.Options;
using MySql.Data.MySqlClient;
using Seckill.Core.Identity;
using Seckill.Core.Ids;
using Seckill.Local;
using Seckill.Local.Faults;
using Seckill.Local.Servers;
using Seckill.Local.Stack;
using Seckill.Local.State;

namespace Seckill.Chaos.Stack;

/// <summary>A whole engine of its own: real servers, several processes of each service, and a TCP proxy before Redis, MySQL and each Api, so that the network can fail as well.</summary>
/// <remarks>
/// Services and crowd go through the proxies, the auditor does not. Kafka is in this process, with faults of its own. A planted bug (<c>SECKILL__PLANT</c>) is inherited by every service. Ends
/// with SIGKILL: nothing here is worth an orderly stop.
/// </remarks>
internal sealed class ChaosStack : IAsyncDisposable
{
    /// <summary>So that a run need not wait for the usual quarter of a minute; sooner only makes duplicates, which must do no harm.</summary>
    private static readonly Dictionary<string, string> Sooner = new()
    {
        ["Seckill__Reconciliation__Interval"] = "00:00:01",
        ["Seckill__Reconciliation__MinAge"] = "00:00:02",
    };

    /// <summary>Of a service amid faults and a crowd, on a machine that does other things as well: only what hangs should fail here.</summary>
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(3);

    private readonly ChaosStackOptions _options;
    private readonly TemporaryDirectory _directory = new();
    private readonly string _secret = StackEnvironment.NewSecret();
    private readonly AccessTokens _tokens;
    private readonly List<ServiceProcess> _apis = [];
    private readonly List<ServiceProcess> _workers = [];
    private readonly List<ServiceProcess> _hubs = [];
    private readonly List<TcpProxy> _apiProxies = [];
    private readonly List<TcpProxy> _hubProxies = [];

    private TcpProxy? _mySqlProxy;
    private KafkaMockCluster? _kafka;

    private ChaosStack(ChaosStackOptions options)
    {
        _options = options;
        RedisPair = new RedisPair(folder => new RedisServerOptions
        {
            Directory = _directory.Combine(folder),
            Persistence = options.Persistence,
            Arguments = ["--enable-debug-command", "local", .. options.RedisArguments],
        });
        MariaDb = new MariaDbServer(new() { Directory = _directory.Combine("mariadb") });
        AuthOptions auth = new() { Issuer = StackEnvironment.Issuer, Audience = StackEnvironment.Audience };
        auth.Keys.Add(new SigningKey { Id = StackEnvironment.KeyId, Secret = _secret });
        _tokens = new AccessTokens(Options.Create(auth), TimeProvider.System);
    }

    /// <summary>Redis with its failover.</summary>
    public RedisPair RedisPair { get; }

    /// <summary>The Redis that takes writes now.</summary>
    public RedisServer Redis => RedisPair.Primary;

    public MariaDbServer MariaDb { get; }

    public KafkaMockCluster Kafka => _kafka!;

    public IReadOnlyList<ServiceProcess> Apis => _apis;

    public IReadOnlyList<ServiceProcess> Workers => _workers;

    public IReadOnlyList<ServiceProcess> Hubs => _hubs;

    /// <summary>Between the services and Redis.</summary>
    public TcpProxy RedisProxy => RedisPair.Address;

    /// <summary>Between the services and MySQL.</summary>
    public TcpProxy MySqlProxy => _mySqlProxy!;

    /// <summary>Between the crowd and each Api.</summary>
    public IReadOnlyList<TcpProxy> ApiProxies => _apiProxies;

    /// <summary>Where the crowd finds each Api: its proxy.</summary>
    public IReadOnlyList<Uri> ApiUrls { get; private set; } = [];

    /// <summary>Between the listeners and each hub.</summary>
    public IReadOnlyList<TcpProxy> HubProxies => _hubProxies;

    /// <summary>Where listeners find each hub: <c>/hubs/push</c> behind its proxy.</summary>
    public IReadOnlyList<Uri> HubUrls { get; private set; } = [];

    /// <summary>Straight to Redis, past the proxy: for auditors.</summary>
    public string RedisConnection => Redis.Endpoint;

    /// <summary>Straight to MySQL, past the proxy: for auditors.</summary>
    public string MySqlConnection => MariaDb.ConnectionString;

    /// <summary>What every service is configured with.</summary>
    public IReadOnlyDictionary<string, string> ServiceEnvironment { get; private set; } = new Dictionary<string, string>();

    /// <summary>Starts everything and waits until every part is ready.</summary>
    /// <exception cref="ServerFailedException">A part did not start; the others are ended again.</exception>
    public static async Task<ChaosStack> StartAsync(ChaosStackOptions options, CancellationToken stop)
    {
        ChaosStack stack = new(options);
        try
        {
            await stack.StartAsync(stop);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>A bearer token, signed here: it costs no Api a request, and needs none alive.</summary>
    public string TokenFor(string user, string role = Roles.Buyer) =>
        _tokens.Issue(UserId.TryParse(user, out UserId id) ? id : throw new FormatException($"'{user}' is no user id."), role).Value;

    /// <summary>The service processes, Apis, Workers and Hubs.</summary>
    public IEnumerable<ServiceProcess> Services => [.. _apis, .. _workers, .. _hubs];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Services.Select(EndAsync));
        foreach (TcpProxy proxy in _apiProxies.Concat(_hubProxies))
        {
            await proxy.DisposeAsync();
        }

        if (_mySqlProxy is not null)
        {
            await _mySqlProxy.DisposeAsync();
        }

        if (_kafka is not null)
        {
            await Task.Run(_kafka.Dispose);
        }

        await MariaDb.KillAsync();
        await MariaDb.DisposeAsync();
        await RedisPair.DisposeAsync();
        _directory.Dispose();
    }

    private static async Task EndAsync(ServiceProcess service)
    {
        await service.KillAsync();
        await service.DisposeAsync();
    }

    private async Task StartAsync(CancellationToken stop)
    {
        Task kafka = Task.Run(() => _kafka = new KafkaMockCluster(), stop);
        await Task.WhenAll(kafka, Redis.StartAsync(stop), MariaDb.StartAsync(stop));
        await Redis.DeclareFirstDataAsync();
        _mySqlProxy = new TcpProxy(MariaDb.Port, _options.Seed);
        ServiceEnvironment = StackEnvironment.Create(
            RedisProxy.Endpoint, Kafka.BootstrapServers, ThroughProxy(MySqlConnection), _secret, ReceiptKeyFile.Ensure(_directory.Path), Merge(Sooner, _options.Environment));

        // The first worker brings the schema; everybody else waits for it.
        Add(_workers, "worker", "Seckill.Worker", _options.Workers, _options.WorkerEnvironment);
        await _workers[0].StartAsync(stop);
        Add(_hubs, "hub", "Push.Hub", _options.Hubs, _options.HubEnvironment);
        Add(_apis, "api", "Seckill.Api", _options.Apis, Merge(HubAddress(), _options.ApiEnvironment));
        await Task.WhenAll(Services.Where(service => !service.IsRunning).Select(service => service.StartAsync(stop)));
        _apiProxies.AddRange(_apis.Select(api => new TcpProxy(api.Port, _options.Seed)));
        _hubProxies.AddRange(_hubs.Select(hub => new TcpProxy(hub.Port, _options.Seed)));
        HubUrls = [.. _hubProxies.Select(proxy => new Uri($"http://{proxy.Endpoint}/hubs/push"))];
        ApiUrls = [.. _apiProxies.Select(proxy => new Uri($"http://{proxy.Endpoint}"))];
    }

    private Dictionary<string, string> HubAddress() => new() { ["Seckill__Pages__HubUrl"] = new Uri(_hubs[0].Url, "/hubs/push").ToString() };

    private void Add(List<ServiceProcess> services, string name, string project, int count, IReadOnlyDictionary<string, string> own)
    {
        for (int i = 0; i < count; i++)
        {
            services.Add(new ServiceProcess(new()
            {
                Name = $"{name}-{i}",
                Project = project,
                Directory = _directory.Combine($"{name}-{i}"),
                Environment = Merge(ServiceEnvironment, own),
                StartDeadline = LongestStart,
            }));
        }
    }

    private string ThroughProxy(string connection) => new MySqlConnectionStringBuilder(connection) { Port = (uint)MySqlProxy.Port }.ConnectionString;

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> first, IReadOnlyDictionary<string, string> second)
    {
        Dictionary<string, string> all = new(first);
        foreach ((string name, string value) in second)
        {
            all[name] = value;
        }

        return all;
    }
}
