using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core;
using Seckill.Core.Database;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.Local;
using Seckill.Local.Servers;

namespace Seckill.Benchmarks.Pipeline;

/// <summary>Private Redis, MariaDB and Kafka protocol with the schema and one warm sale of <c>units</c>.</summary>
internal sealed class PipelineServers : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly RedisServer _redis;
    private readonly MariaDbServer _mariaDb;
    private readonly KafkaMockCluster _kafka = new();
    private readonly ServiceProvider _services;

    private PipelineServers()
    {
        _redis = new RedisServer(new() { Directory = _directory.Combine("redis") });
        _mariaDb = new MariaDbServer(new() { Directory = _directory.Combine("mariadb") });
        _services = Shared().BuildServiceProvider();
    }

    public StockBucket Bucket { get; } = new(new SaleId(1), new SkuId("phone"));

    public RedisConnection Redis => _services.GetRequiredService<RedisConnection>();

    public SeckillDatabase Database => _services.GetRequiredService<SeckillDatabase>();

    public StockStore Stock => _services.GetRequiredService<StockStore>();

    public MailboxStore Mailboxes => _services.GetRequiredService<MailboxStore>();

    /// <summary>Ids as a node makes them: growing, with the user's shard.</summary>
    public SnowflakeIds Ids { get; } = new(new OneWorker(), TimeProvider.System);

    public static async Task<PipelineServers> StartAsync(int units)
    {
        PipelineServers servers = new();
        await Task.WhenAll(servers._redis.StartAsync(), servers._mariaDb.StartAsync());
        await servers._services.GetRequiredService<Migrator>().MigrateAsync(Migration.LoadEmbedded(), CancellationToken.None);
        await using DbConnection connection = await servers.Database.OpenAsync();
        await connection.ExecuteAsync("INSERT INTO sales (sale_id, name, starts_at, ends_at, created_at) VALUES (1, 'Sale', '2026-01-01', '2126-01-01', '2026-01-01')");
        await connection.ExecuteAsync(
            "INSERT INTO sale_items (sale_id, sku_id, position, name, price, stock) VALUES (1, 'phone', 0, 'Phone', 199.90, @units)", new { units });
        await connection.ExecuteAsync("INSERT INTO stock_guard (sale_id, sku_id, units) VALUES (1, 'phone', @units)", new { units });
        await servers.Stock.WarmAsync(servers.Bucket, units, limit: 1, epoch: 1, mayCreate: true);
        return servers;
    }

    /// <summary>A worker's loops, not yet started.</summary>
    public IHost BuildWorker(Action<IServiceCollection, IConfiguration> add)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        foreach (ServiceDescriptor service in Shared())
        {
            builder.Services.Add(service);
        }

        add(builder.Services, Configuration());
        IHost host = builder.Build();
        host.Services.GetRequiredService<SchemaGate>().Open();
        return host;
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using DbConnection connection = await Database.OpenAsync();
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _mariaDb.DisposeAsync();
        await _redis.DisposeAsync();
        _kafka.Dispose();
        _directory.Dispose();
    }

    private IConfiguration Configuration() => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Seckill:Redis"] = _redis.Endpoint,
        ["Seckill:Kafka"] = _kafka.BootstrapServers,
        ["Seckill:Receipts:Keys:0"] = "the key of this benchmark, long enough",
        ["Seckill:MySql"] = _mariaDb.ConnectionString,
    }).Build();

    private ServiceCollection Shared()
    {
        ServiceCollection services = new();
        IConfiguration configuration = Configuration();
        services.AddLogging(log => log.SetMinimumLevel(LogLevel.Warning));
        services.AddConnections(configuration).AddRedis("bench").AddDatabase().AddOrders();
        services.AddMessaging(configuration).AddPushSending(configuration).AddStock(configuration);
        return services;
    }

    private sealed class OneWorker : IWorkerIdSource
    {
        public WorkerIdGrant? Current { get; } = new(1);
    }
}
