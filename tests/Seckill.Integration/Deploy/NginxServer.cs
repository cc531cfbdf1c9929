using Seckill.Local.Servers;

namespace Seckill.Integration.Deploy;

/// <summary>A real nginx on <c>deploy/nginx/nginx.conf</c>, with its own ports in the place of the containers' addresses.</summary>
/// <remarks>One process instead of a master with workers: those would outlive a test run that is killed.</remarks>
internal sealed class NginxServer : ManagedServer
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };

    private readonly IReadOnlyDictionary<string, int> _nodes;

    /// <param name="directory">Its private directory.</param>
    /// <param name="nodes">Port on 127.0.0.1 of each node that compose has: <c>api-1</c>, <c>hub-2</c> and so on.</param>
    public NginxServer(string directory, IReadOnlyDictionary<string, int> nodes)
        : base("nginx", directory, port: null)
    {
        _nodes = nodes;
        Url = new Uri($"http://127.0.0.1:{Port}/");
    }

    public Uri Url { get; }

    public string Configuration => Path.Combine(Directory, "nginx.conf");

    /// <summary>The program: Debian keeps it in sbin, which is not on every user's PATH.</summary>
    public static string Program { get; } = File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";

    /// <summary>Writes the files, changed only in ports and places.</summary>
    public void WriteConfiguration()
    {
        System.IO.Directory.CreateDirectory(Directory);
        string main = Put(DeployFolder.Read("nginx", "nginx.conf"), "listen 8080 ", $"listen 127.0.0.1:{Port} ");
        File.WriteAllText(Configuration, Put(main, " /tmp/", $" {Directory}/"));
        string upstreams = DeployFolder.Read("nginx", "upstreams.conf");
        ComposeFile compose = ComposeFile.Read();
        foreach ((string node, int port) in _nodes)
        {
            upstreams = Put(upstreams, $"server {compose.Address(node)}:8080 ", $"server 127.0.0.1:{port} ");
        }

        File.WriteAllText(Path.Combine(Directory, "upstreams.conf"), upstreams);
    }

    protected override Task PrepareAsync(CancellationToken stop)
    {
        WriteConfiguration();
        return Task.CompletedTask;
    }

    protected override IReadOnlyList<string> Command() => [Program, "-e", "stderr", "-p", Directory, "-c", Configuration, "-g", "daemon off; master_process off;"];

    protected override async Task<bool> IsReadyAsync(CancellationToken stop)
    {
        try
        {
            return await Http.GetStringAsync(new Uri(Url, "/nginx-health"), stop) == "alive\n";
        }
        catch (Exception error) when (error is HttpRequestException || (error is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return false;
        }
    }

    private static string Put(string text, string old, string present) =>
        text.Contains(old, StringComparison.Ordinal) ? text.Replace(old, present, StringComparison.Ordinal) : throw new InvalidOperationException($"The file has no '{old}'.");
}
