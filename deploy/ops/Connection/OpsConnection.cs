using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Seckill.Core;
using Seckill.Core.Receipts;
using Seckill.Core.Redis;
using Seckill.Local.State;

namespace Seckill.Ops.Connection;

/// <summary>Finds the engine that a command is about: the environment (<c>SECKILL__REDIS</c>, <c>…KAFKA</c>, <c>…MYSQL</c>), else the local stack that runs in this clone.</summary>
internal static class OpsConnection
{
    /// <summary>Builds a host with the engine's connections and what <paramref name="add"/> registers. No loop runs unless the caller starts the host.</summary>
    /// <param name="data">Where the local stack keeps its state.</param>
    /// <param name="add">The features that the command needs.</param>
    /// <exception cref="OpsException">Nothing runs here and the environment names nothing.</exception>
    public static IHost Open(DirectoryInfo data, Action<IServiceCollection, IConfiguration> add)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        if (new StateFile(data.FullName).Read() is { } state)
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Seckill:Redis"] = state.Redis,
                ["Seckill:Kafka"] = state.Kafka,
                ["Seckill:MySql"] = state.Mysql,
            });
        }

        builder.Configuration.AddEnvironmentVariables();
        string receiptKey = ReceiptKeyFile.PathIn(data.FullName);
        if (!builder.Configuration.GetSection(ReceiptOptions.Section).Exists() && File.Exists(receiptKey))
        {
            // Who sends a reservation again signs it.
            builder.Configuration[$"{ReceiptOptions.Section}:{nameof(ReceiptOptions.KeyFiles)}:0"] = receiptKey;
        }

        if (builder.Configuration["Seckill:Redis"] is null)
        {
            throw new OpsException("No local stack is running in this clone, and the environment names no servers (SECKILL__REDIS, SECKILL__KAFKA, SECKILL__MYSQL).");
        }

        builder.Services.AddLogging();
        builder.Services.AddConnections(builder.Configuration).AddRedis("seckill-ops");
        add(builder.Services, builder.Configuration);
        return builder.Build();
    }
}
