using Seckill.Benchmarks.Ceiling;
using Seckill.Core.Identity;
using Seckill.LoadTests.Target;
using Seckill.Local;
using Seckill.Local.Processes;
using Seckill.Local.Stack;
using Seckill.Local.Telemetry;

namespace Seckill.Benchmarks.Telemetry;

/// <summary>A stack of its own with two Apis that differ in their telemetry only, and a receiver for what the one of them sends.</summary>
/// <remarks>Both run as in production. The Worker has created the schema and is stopped then, so that Redis, the Api and the generator have the cores; only one Api answers at a time.</remarks>
internal sealed class TelemetryServers : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private LocalStack? _stack;
    private AdminApi? _admin;

    private TelemetryServers()
    {
    }

    public OtlpReceiver Receiver { get; } = new();

    public TokenFile Tokens { get; private set; } = null!;

    /// <summary>With traces at the default ratio, and metrics, read at <c>/metrics</c> each second.</summary>
    public ServiceProcess On { get; private set; } = null!;

    /// <summary>With none of it.</summary>
    public ServiceProcess Off { get; private set; } = null!;

    public int RedisPid => _stack!.Redis!.Pid;

    public static async Task<TelemetryServers> StartAsync(int tokens, CancellationToken stop)
    {
        TelemetryServers servers = new();
        try
        {
            await servers.StartStackAsync(tokens, stop);
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a sale that both Apis know, with a unit for everybody.</summary>
    /// <returns>The path of a grab.</returns>
    public async Task<string> NewSaleAsync(int units, CancellationToken stop)
    {
        SaleUnderLoad sale = await _admin!.CreateSaleAsync("Telemetry", units, limitPerUser: 1, stop);
        foreach (ServiceProcess api in (ServiceProcess[])[On, Off])
        {
            using AdminApi other = new(api.Url, TimeProvider.System);
            await other.WaitUntilOpenAsync(sale.Sale, stop);
        }

        return $"/{sale.GrabPath}";
    }

    public async ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        foreach (ServiceProcess? api in (ServiceProcess?[])[On, Off])
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

        await Receiver.DisposeAsync();
        _directory.Dispose();
    }

    private async Task StartStackAsync(int tokens, CancellationToken stop)
    {
        _stack = await LocalStack.StartAsync(
            new LocalStackOptions
            {
                Directory = _directory.Combine("stack"),
                ServiceEnvironment = new Dictionary<string, string>
                {
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
        _admin = new AdminApi(_stack.Api.Url, TimeProvider.System);
        await _admin.SignInAsync(stop);
        await _stack.Api.StopAsync();
        Off = await StartApiAsync("off", _stack.Api.Port, new() { ["Seckill__Telemetry__Metrics"] = "Off" }, stop);
        On = await StartApiAsync("on", FreePorts.Next(), new() { ["Seckill__Telemetry__Endpoint"] = Receiver.Url.ToString() }, stop);
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
}
