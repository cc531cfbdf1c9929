using Seckill.Local;
using Seckill.Local.Processes;
using Seckill.Local.Stack;

namespace Seckill.Integration.Deploy;

/// <summary>
/// What compose puts behind nginx, as processes: Api nodes and hubs with the environment that compose gives them, on the servers of a stack that is there, and a real nginx in front on its own files.
/// </summary>
internal sealed class ProxiedNodes : IAsyncDisposable
{
    private static readonly HttpClient Http = new();

    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, ServiceProcess> _nodes = [];

    /// <param name="stack">Whose Redis, Kafka, MySQL and keys they share.</param>
    /// <param name="nodes">Which nodes to start; nginx finds nobody at the others' ports.</param>
    /// <param name="hasBackup">Whether the stack's own Api is the one in reserve; else nobody is.</param>
    /// <param name="settings">Further settings of the nodes.</param>
    public ProxiedNodes(LocalStack stack, string[] nodes, bool hasBackup, params (string Name, string Value)[] settings)
    {
        foreach (string node in nodes)
        {
            Dictionary<string, string> environment = Environment(stack, node);
            foreach ((string name, string value) in settings)
            {
                environment[name] = value;
            }

            _nodes.Add(node, new ServiceProcess(new()
            {
                Name = node,
                Project = node.StartsWith("api", StringComparison.Ordinal) ? "Seckill.Api" : "Push.Hub",
                Directory = _directory.Combine(node),
                Environment = environment,
            }));
        }

        Dictionary<string, int> ports = new[] { "api-1", "api-2", "hub-1", "hub-2" }.ToDictionary(name => name, name => _nodes.TryGetValue(name, out ServiceProcess? node) ? node.Port : FreePorts.Next());
        ports["api-backup"] = hasBackup ? stack.Api.Port : FreePorts.Next();
        Nginx = new NginxServer(_directory.Combine("nginx"), ports);
    }

    public NginxServer Nginx { get; }

    public ServiceProcess this[string node] => _nodes[node];

    public Uri Hub => new(Nginx.Url, "/hubs/push");

    public async Task StartAsync(CancellationToken stop)
    {
        await Task.WhenAll(_nodes.Values.Select(node => node.StartAsync(stop)));
        await Nginx.StartAsync(stop);
    }

    /// <summary>Waits until every Api node has a sale in its catalog: one that was just made reaches it within a second or so.</summary>
    public async Task WaitForSaleAsync(string sale, CancellationToken stop)
    {
        foreach (ServiceProcess api in _nodes.Where(node => node.Key.StartsWith("api", StringComparison.Ordinal)).Select(node => node.Value))
        {
            while (true)
            {
                using HttpResponseMessage answer = await Http.GetAsync(new Uri(api.Url, $"/api/v1/sales/{sale}"), stop);
                if (answer.IsSuccessStatusCode)
                {
                    break;
                }

                await Task.Delay(50, stop);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Nginx.DisposeAsync();
        await Task.WhenAll(_nodes.Values.Select(node => node.DisposeAsync().AsTask()));
        _directory.Dispose();
    }

    /// <summary>Compose's, but for where the servers are, whose keys the stack's other parts know, and the address that nginx has here.</summary>
    private static Dictionary<string, string> Environment(LocalStack stack, string node)
    {
        IReadOnlyDictionary<string, string> theirs = stack.ServiceEnvironment;
        Dictionary<string, string> environment = ComposeFile.Read().Environment(node, name => name switch
        {
            "AUTH_KEY_ID" => theirs["Seckill__Auth__Keys__0__Id"],
            "AUTH_KEY" => theirs["Seckill__Auth__Keys__0__Secret"],
            "RECEIPT_KEY" => File.ReadAllText(theirs["Seckill__Receipts__KeyFiles__0"]).Trim(),
            "GRAB_TOKEN_KEY" => theirs["Seckill__GrabTokens__Keys__0"],
            _ => ComposeTests.SampleOf(name),
        });
        environment["SECKILL__REDIS"] = stack.RedisConnection;
        environment["SECKILL__KAFKA"] = stack.KafkaBootstrapServers;
        environment["SECKILL__MYSQL"] = stack.MySqlConnection;
        environment["Seckill__Auth__Issuer"] = theirs["Seckill__Auth__Issuer"];
        environment["Seckill__Auth__Audience"] = theirs["Seckill__Auth__Audience"];
        environment["Seckill__Proxies__Known__0"] = "127.0.0.1";
        return environment;
    }
}
