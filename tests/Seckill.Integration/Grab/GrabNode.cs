using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Seckill.Core;
using Seckill.Core.Admission;
using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;
using Seckill.Local;
using Seckill.Local.Servers;

namespace Seckill.Integration.Grab;

/// <summary>The grab path of one Api node on a real Redis, its own or that of another node; its MySQL leads nowhere, which the path must not mind.</summary>
internal sealed class GrabNode : IAsyncDisposable
{
    /// <summary>Settings for tests that want every call answered: a machine without a moment to spare may need longer than a buyer would wait.</summary>
    public static IReadOnlyDictionary<string, string?> Patient { get; } = new Dictionary<string, string?> { ["Seckill:Grab:MaxWait"] = "00:01:00", ["Seckill:Stock:CallTimeout"] = "00:00:20" };

    private readonly TemporaryDirectory _directory;
    private readonly IHost _host;
    private readonly RedisServer? _redis;
    private readonly string _endpoints;
    private readonly bool _ownsRedis;

    private GrabNode(RedisServer? redis, string endpoints, bool ownsRedis, TemporaryDirectory directory, IReadOnlyDictionary<string, string?>? settings, TimeProvider? time = null)
    {
        (_redis, _endpoints, _ownsRedis, _directory) = (redis, endpoints, ownsRedis, directory);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(settings ?? new Dictionary<string, string?>())
        {
            ["Seckill:Redis"] = endpoints,
            ["Seckill:Kafka"] = "127.0.0.1:1",
            ["Seckill:GrabTokens:Keys:0"] = "the grab tokens' key of these tests",
            ["Seckill:Receipts:Keys:0"] = "the key of these tests, long enough",
            ["Seckill:MySql"] = "Server=127.0.0.1;Port=1;Connection Timeout=1",
        });
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddConnections(builder.Configuration).AddRedis("grab-tests").AddPushSending(builder.Configuration)
            .AddStock(builder.Configuration).AddSales().AddAdmission(builder.Configuration).AddGrab(builder.Configuration);
        _host = builder.Build();
    }

    /// <summary>Its server.</summary>
    /// <exception cref="InvalidOperationException">It runs on a cluster.</exception>
    public RedisServer Redis => _redis ?? throw new InvalidOperationException("This node runs on a cluster.");

    public StockStore Stock => Get<StockStore>();

    public static async Task<GrabNode> StartAsync(
        RedisPersistence persistence = RedisPersistence.None, IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? time = null)
    {
        TemporaryDirectory directory = new();
        RedisServer redis = new(new RedisServerOptions { Directory = directory.Path, Persistence = persistence });
        GrabNode node = new(redis, redis.Endpoint, ownsRedis: true, directory, settings, time);
        await node.Redis.StartAsync();
        await node.Redis.DeclareFirstDataAsync();
        await node.StartHostAsync();
        return node;
    }

    /// <summary>Another node on the same Redis, which outlives it; with a clock of its own if wanted.</summary>
    public async Task<GrabNode> StartAnotherAsync(IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? time = null)
    {
        GrabNode node = new(_redis, _endpoints, ownsRedis: false, new TemporaryDirectory(), settings, time);
        await node.StartHostAsync();
        return node;
    }

    /// <summary>A node on a cluster that has just been started, and that outlives it.</summary>
    public static async Task<GrabNode> StartOnAsync(RedisCluster cluster, IReadOnlyDictionary<string, string?>? settings = null)
    {
        await cluster.DeclareFirstDataAsync();
        GrabNode node = new(null, cluster.Endpoints, ownsRedis: false, new TemporaryDirectory(), settings);
        await node.StartHostAsync();
        return node;
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public StockKeys Keys(Sale sale) => new(sale.BucketOf(sale.Items[0]));

    public async Task<Sale> OpenSaleAsync(int units, int limit = 1, SaleAdmission? admission = null, TimeSpan opensIn = default, UserId[]? eligible = null, int buckets = 1)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Sale sale = new(
            new SaleId(Get<SnowflakeIds>().Next()), "Sale", new SaleWindow(opensIn > TimeSpan.Zero ? now + opensIn : now.AddMinutes(-1), now.AddHours(1)), SaleState.Scheduled, eligible is not null, 1, now,
            [new SaleItem(new SkuId("phone"), "Phone", 9.9m, units, limit) { Buckets = buckets }])
        {
            Admission = admission ?? SaleAdmission.Unlimited,
        };
        await Eventually.TrueAsync(() => WarmAsync(sale, units, limit));
        if (eligible is not null)
        {
            await Get<SalePublisher>().PublishEligibleAsync(sale, eligible);
        }

        await Get<SalePublisher>().PublishAsync(sale);
        await Eventually.TrueAsync(() => Get<SaleCatalog>().Current.TryFind(sale.Id, out _));
        return sale;
    }

    public ValueTask<GrabResult> GrabAsync(Sale sale, string user, string? token = null) => Get<GrabHandler>().GrabAsync(sale.Id, sale.Items[0].Sku, new UserId(user), token);

    public Task SeesAsync(Sale sale) => Eventually.TrueAsync(() => Get<SaleCatalog>().Current.TryFind(sale.Id, out _));

    public ValueTask<GrabResult> GrabAsync(Sale sale, string user, ClientAddress from) => Get<GrabHandler>().GrabAsync(sale.Id, sale.Items[0].Sku, new UserId(user), from: from);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        if (_ownsRedis)
        {
            await Redis.DisposeAsync();
        }

        _directory.Dispose();
    }

    // Safe to repeat; on a machine that is busy starting everything at once the first call may be late.
    private async Task<bool> WarmAsync(Sale sale, int units, int limit)
    {
        try
        {
            await Get<StockWarmUp>().WarmAsync(sale.SegmentsOf(sale.Items[0]), units, limit, epoch: 1, mayCreate: true);
            return true;
        }
        catch (StockUnavailableException)
        {
            return false;
        }
    }

    private async Task StartHostAsync()
    {
        await _host.StartAsync();
        await Eventually.TrueAsync(() => Get<IWorkerIdSource>().Current is not null);
    }
}
