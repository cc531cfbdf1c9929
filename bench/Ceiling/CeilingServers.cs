using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using Seckill.Core.GrabTokens;
using Seckill.Core.Identity;
using Seckill.Core.Ids;
using Seckill.LoadTests.Target;
using Seckill.Local;
using Seckill.Local.Processes;
using Seckill.Local.Stack;

namespace Seckill.Benchmarks.Ceiling;

/// <summary>A stack of its own and the rivals beside it, with everybody's tokens.</summary>
/// <remarks>The Worker has created the schema and is stopped then: what it does with the orders is <c>bench pipeline</c>'s question. Only one process answers at a time; the others wait without work.</remarks>
internal sealed class CeilingServers : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<ServiceProcess> _rivals = [];
    private LocalStack? _stack;
    private ServiceProcess? _api;
    private ServiceProcess? _unlimitedApi;
    private GrabTokenSigner? _grabTokens;
    private AdminApi? _admin;
    private string _path = string.Empty;
    private string _soldOutPath = string.Empty;

    private CeilingServers()
    {
    }

    // A rate that never refuses: what it costs is the lease.
    private static AdmissionRequest Guarded => new("required", RatePerSecond: 1_000_000, Burst: 1_000_000);

    public TokenFile Tokens { get; private set; } = null!;

    public int RedisPid => _stack!.Redis!.Pid;

    /// <summary>Where the Api also listens for HTTP/2 without TLS.</summary>
    public Uri Http2Url { get; private set; } = null!;

    public IReadOnlyList<Contestant> Contestants { get; private set; } = [];

    public static async Task<CeilingServers> StartAsync(CeilingSettings settings, int tokens, CancellationToken stop)
    {
        CeilingServers servers = new();
        try
        {
            await servers.StartEngineAsync(settings, tokens, stop);
            await servers.StartRivalsAsync(stop);
            await servers.StartProductionApisAsync(stop);
            servers.Introduce(settings);
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        foreach (ServiceProcess rival in _rivals)
        {
            await rival.DisposeAsync();
        }

        foreach (ServiceProcess? api in (ServiceProcess?[])[_api, _unlimitedApi])
        {
            if (api is not null)
            {
                await api.DisposeAsync();
            }
        }

        if (_stack is not null)
        {
            await _stack.DisposeAsync();
        }

        _directory.Dispose();
    }

    private async Task StartEngineAsync(CeilingSettings settings, int tokens, CancellationToken stop)
    {
        _stack = await LocalStack.StartAsync(
            new LocalStackOptions
            {
                Directory = _directory.Combine("stack"),
                Persistence = settings.Persistence,
                ServiceEnvironment = new Dictionary<string, string>
                {
                    // Every gate counts; none may refuse what is measured.
                    ["Seckill__Admission__NodeRatePerSecond"] = "10000000",
                    ["Seckill__Admission__NodeBurst"] = "10000000",
                },
            },
            stop);
        await _stack.Worker.StopAsync();
        await _stack.Hub.StopAsync();
        AuthOptions auth = new() { Issuer = StackEnvironment.Issuer, Audience = StackEnvironment.Audience };
        auth.Keys.Add(new SigningKey { Id = StackEnvironment.KeyId, Secret = _stack.ServiceEnvironment["Seckill__Auth__Keys__0__Secret"] });
        Tokens = await TokenFile.WriteAsync(_directory.Combine("tokens"), tokens, auth, stop);
        GrabTokenOptions grabTokens = new() { Lifetime = TimeSpan.FromHours(1) };
        grabTokens.Keys.Add(_stack.ServiceEnvironment["Seckill__GrabTokens__Keys__0"]);
        _grabTokens = new GrabTokenSigner(new GrabTokenKeys(Options.Create(grabTokens)), Options.Create(grabTokens), TimeProvider.System);
        _admin = new AdminApi(_stack.Api.Url, TimeProvider.System);
        await _admin.SignInAsync(stop);
        _soldOutPath = (await NewSaleAsync("Sold out", units: 1, null, stop)).Path;
        using HttpResponseMessage last = await GrabAsync(_soldOutPath, "first", stop);
        last.EnsureSuccessStatusCode();
    }

    /// <summary>Puts an Api as it runs in production in the place of the stack's, on the same port: in Development a page for faults stands before every request. Beside it one without limiters.</summary>
    private async Task StartProductionApisAsync(CancellationToken stop)
    {
        await _stack!.Api.StopAsync();
        Http2Url = new Uri($"http://127.0.0.1:{FreePorts.Next()}/");
        _api = await StartApiAsync(
            "api",
            _stack.Api.Port,
            new Dictionary<string, string>
            {
                ["Kestrel__Endpoints__Http__Url"] = _stack.Api.Url.ToString(),
                ["Kestrel__Endpoints__Http2__Url"] = Http2Url.ToString(),
                ["Kestrel__Endpoints__Http2__Protocols"] = "Http2",
            },
            stop);
        _unlimitedApi = await StartApiAsync(
            "api-unlimited", FreePorts.Next(), new Dictionary<string, string> { ["Seckill__Admission__UserLimit"] = "0", ["Seckill__Admission__NodeRatePerSecond"] = "0" }, stop);
    }

    private async Task<ServiceProcess> StartApiAsync(string name, int port, Dictionary<string, string> settings, CancellationToken stop)
    {
        Dictionary<string, string> environment = new(_stack!.ServiceEnvironment) { ["ASPNETCORE_ENVIRONMENT"] = "Production" };
        foreach ((string key, string value) in settings)
        {
            environment[key] = value;
        }

        ServiceProcess api = new(new ServiceProcessOptions { Name = name, Project = "Seckill.Api", Directory = _directory.Combine(name), Port = port, Environment = environment });
        await api.StartAsync(stop);
        return api;
    }

    private async Task StartRivalsAsync(CancellationToken stop)
    {
        _path = (await NewSaleAsync("One real answer", units: 1, null, stop)).Path;
        using HttpResponseMessage real = await GrabAsync(_path, "first", stop);
        Dictionary<string, string> environment = new(_stack!.ServiceEnvironment)
        {
            ["Rival__Body"] = await real.Content.ReadAsStringAsync(stop),
            ["Rival__Location"] = real.Headers.Location!.ToString(),
            ["Rival__ContentType"] = real.Content.Headers.ContentType!.ToString(),
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
        };
        foreach (string design in (string[])["bare", "naive", "single"])
        {
            ServiceProcess rival = new(new ServiceProcessOptions
            {
                Name = design,
                Project = "Seckill.Rivals",
                Directory = _directory.Combine(design),
                Environment = new Dictionary<string, string>(environment) { ["Rival__Design"] = design },
            });
            _rivals.Add(rival);
            await rival.StartAsync(stop);
        }
    }

    private void Introduce(CeilingSettings settings) => Contestants =
    [
        new Contestant("bare", _rivals[0], _ => Task.FromResult(new PreparedGrab(_path))),
        new Contestant("inStock", _api!, token => NewSaleAsync("In stock", settings.TokensPerRun, null, token)),
        new Contestant("guarded", _api!, token => NewSaleAsync("With a token and a rate", settings.TokensPerRun, Guarded, token)),
        new Contestant("unguarded", _unlimitedApi!, token => NewSaleAsync("Without limits", settings.TokensPerRun, null, token)),
        new Contestant("soldOut", _api!, _ => Task.FromResult(new PreparedGrab(_soldOutPath)), ExpectsAcceptance: false),
        new Contestant("naive", _rivals[1], token => ResetAsync(_rivals[1], _path, token)),
        new Contestant("single", _rivals[2], token => ResetAsync(_rivals[2], _path, token)),
    ];

    /// <summary>Makes a sale that both Apis know.</summary>
    private async Task<PreparedGrab> NewSaleAsync(string name, int units, AdmissionRequest? admission, CancellationToken stop)
    {
        SaleUnderLoad sale = await _admin!.CreateSaleAsync(name, units, limitPerUser: 1, stop, admission);
        if (_unlimitedApi is not null)
        {
            using AdminApi other = new(_unlimitedApi.Url, TimeProvider.System);
            await other.WaitUntilOpenAsync(sale.Sale, stop);
        }

        return new PreparedGrab($"/{sale.GrabPath}", admission is null ? null : user => new GrabTicket(sale.Sale, sale.Sku, user));
    }

    /// <summary>Issues the grab tokens of some of the users, as a page would have fetched them.</summary>
    /// <returns>The file.</returns>
    public async Task<string> WriteGrabTokensAsync(Func<UserId, GrabTicket> tickets, int first, int count, CancellationToken stop)
    {
        string path = _directory.Combine("grab-tokens");
        await File.WriteAllLinesAsync(path, Enumerable.Range(first, count).Select(i => _grabTokens!.Issue(tickets(TokenFile.UserOf(i))).Value), stop);
        return path;
    }

    private async Task<HttpResponseMessage> GrabAsync(string path, string user, CancellationToken stop)
    {
        using HttpClient http = new() { BaseAddress = _stack!.Api.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await _admin!.IssueTokenAsync(user, Roles.Buyer, stop));
        return await http.PostAsync(new Uri(path, UriKind.Relative), content: null, stop);
    }

    private static async Task<PreparedGrab> ResetAsync(ServiceProcess rival, string path, CancellationToken stop)
    {
        using HttpClient http = new() { BaseAddress = rival.Url };
        await http.GetStringAsync(new Uri("/reset", UriKind.Relative), stop);
        return new PreparedGrab(path);
    }
}
