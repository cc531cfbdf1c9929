using Seckill.Local.Servers;

namespace Seckill.Local.Stack;

/// <summary>One of our hosts as a process of its own: started until <c>/healthz/ready</c> says yes, stopped, killed, paused and restarted on the same port.</summary>
public sealed class ServiceProcess : ManagedServer
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly ServiceProcessOptions _options;
    private readonly string _program;

    /// <exception cref="InvalidOperationException">The project has not been built.</exception>
    public ServiceProcess(ServiceProcessOptions options)
        : base(options.Name, options.Directory, options.Port)
    {
        _options = options;
        _program = Repository.Program(options.Project);
        Url = new Uri($"http://127.0.0.1:{Port}");
    }

    /// <summary>Its root, <c>http://127.0.0.1:port/</c>.</summary>
    public Uri Url { get; }

    protected override TimeSpan StartDeadline => _options.StartDeadline;

    protected override IReadOnlyList<string> Command() => _options.RuntimeOf is { } other
        ? ["dotnet", "exec", "--runtimeconfig", Path.ChangeExtension(Repository.Program(other), ".runtimeconfig.json"), _program]
        : ["dotnet", _program];

    protected override IReadOnlyDictionary<string, string> Environment() => new Dictionary<string, string>(_options.Environment)
    {
        ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{Port}",
        // Its directory is ours and holds no settings: those lie beside the program.
        ["ASPNETCORE_CONTENTROOT"] = Path.GetDirectoryName(_program)!,
    };

    protected override async Task<bool> IsReadyAsync(CancellationToken stop)
    {
        try
        {
            using HttpResponseMessage answer = await Http.GetAsync(new Uri(Url, "/healthz/ready"), stop);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException || (error is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return false;
        }
    }
}
