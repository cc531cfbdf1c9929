using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Receipts;
using Seckill.Core.Redis;
using Seckill.Local.State;

namespace Seckill.Ops.Connection;

/// <summary>Finds the engine that a command is about: what the command line names, else the environment (<c>SECKILL__REDIS</c>, <c>…KAFKA</c>, <c>…MYSQL</c>), else the local stack that runs in this clone.</summary>
internal static class OpsConnection
{
    private static readonly string[] All = [nameof(Connections.Redis), nameof(Connections.Kafka), nameof(Connections.MySql)];

    /// <summary>Builds a host with the engine's connections and what <paramref name="add"/> registers. No loop runs unless the caller starts the host.</summary>
    /// <param name="data">Where the local stack keeps its state.</param>
    /// <param name="add">The features that the command needs.</param>
    /// <exception cref="OpsException">Nothing runs here and the environment names nothing.</exception>
    public static IHost Open(DirectoryInfo data, Action<IServiceCollection, IConfiguration> add) => Open(data, new Dictionary<string, string?>(), All, add);

    /// <summary>As above, for a command that needs only some of the servers and lets the caller name them.</summary>
    /// <param name="data">Where the local stack keeps its state.</param>
    /// <param name="named">What the command line names, see <see cref="ServerOptions.Named"/>.</param>
    /// <param name="needs">Which of <see cref="Connections"/> must be known.</param>
    /// <param name="add">The features that the command needs.</param>
    /// <exception cref="OpsException">One that is needed is not known, or its address cannot be used.</exception>
    public static IHost Open(DirectoryInfo data, IReadOnlyDictionary<string, string?> named, IReadOnlyCollection<string> needs, Action<IServiceCollection, IConfiguration> add)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        AddSources(builder.Configuration, data, named);
        string receiptKey = ReceiptKeyFile.PathIn(data.FullName);
        if (!builder.Configuration.GetSection(ReceiptOptions.Section).Exists() && File.Exists(receiptKey))
        {
            // Who sends a reservation again signs it.
            builder.Configuration[$"{ReceiptOptions.Section}:{nameof(ReceiptOptions.KeyFiles)}:0"] = receiptKey;
        }

        string[] missing = [.. needs.Where(server => string.IsNullOrEmpty(builder.Configuration[$"{Connections.Section}:{server}"])).Select(server => $"SECKILL__{server.ToUpperInvariant()}")];
        if (missing.Length > 0)
        {
            throw new OpsException($"No local stack is running in this clone, and neither the environment nor the command line names {string.Join(", ", missing)}.");
        }

        builder.Services.AddLogging();
        // Not validated as a host's are: a command that asks Kafka alone needs no Redis.
        builder.Services.AddOptions<Connections>().Bind(builder.Configuration.GetSection(Connections.Section));
        builder.Services.AddRedis("seckill-ops");
        add(builder.Services, builder.Configuration);
        IHost host = builder.Build();
        try
        {
            Connections servers = host.Services.GetRequiredService<IOptions<Connections>>().Value;
            Addresses.Check(new Connections
            {
                Redis = needs.Contains(nameof(Connections.Redis)) ? servers.Redis : string.Empty,
                MySql = needs.Contains(nameof(Connections.MySql)) ? servers.MySql : string.Empty,
                MySqlProvider = servers.MySqlProvider,
            });
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Adds the local stack's addresses, the environment and what was named, the later over the earlier.</summary>
    public static void AddSources(IConfigurationBuilder configuration, DirectoryInfo data, IReadOnlyDictionary<string, string?> named)
    {
        if (new StateFile(data.FullName).Read() is { } state)
        {
            configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Seckill:Redis"] = state.Redis,
                ["Seckill:Kafka"] = state.Kafka,
                ["Seckill:MySql"] = state.Mysql,
            });
        }

        configuration.AddEnvironmentVariables();
        configuration.AddInMemoryCollection(named);
    }
}
