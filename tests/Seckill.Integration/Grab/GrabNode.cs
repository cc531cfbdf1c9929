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
using Seckill.Local;
using Seckill.Local.Servers;

namespace Seckill.Integration.Grab;

/// <summary>The grab path of one Api node on a real Redis; its MySQL leads nowhere, which the path must not mind.</summary>
internal sealed class GrabNode : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly IHost _host;

    private GrabNode(RedisPersistence persistence, IReadOnlyDictionary<string, string?>? settings)
    {
        Redis = new RedisServer(new RedisServerOptions { Directory = _directory.Path, Persistence = persistence });
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(settings ?? new Dictionary<string, string?>())
        {
            ["Seckill:Redis"] = $"127.0.0.1:{Redis.Port}",
            ["Seckill:Kafka"] = "127.0.0.1:1",
            ["Seckill:Receipts:Keys:0"] = "the key of these tests, long enough",
            ["Seckill:MySql"] = "Server=127.0.0.1;Port=1;Connection Timeout=1",
        });
        builder.Services.AddConnections(builder.Configuration).AddRedis("grab-tests").AddPushSending(builder.Configuration)
            .AddStock(builder.Configuration).AddSales().AddAdmission(builder.Configuration).AddGrab(builder.Configuration);
        _host = builder.Build();
    }

    public RedisServer Redis { get; }

    public StockStore Stock => Get<StockStore>();

    public static async Task<GrabNode> StartAsync(RedisPersistence persistence = RedisPersistence.None, IReadOnlyDictionary<string, string?>? settings = null)
    {
        GrabNode node = new(persistence, settings);
        await node.Redis.StartAsync();
        await node.Redis.DeclareFirstDataAsync();
        await node._host.StartAsync();
        await Eventually.TrueAsync(() => node.Get<IWorkerIdSource>().Current is not null);
        return node;
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public StockKeys Keys(Sale sale) => new(sale.BucketOf(sale.Items[0]));

    public async Task<Sale> OpenSaleAsync(int units, int limit = 1)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Sale sale = new(
            new SaleId(Get<SnowflakeIds>().Next()), "Sale", new SaleWindow(now.AddMinutes(-1), now.AddHours(1)), SaleState.Scheduled, false, 1, now,
            [new SaleItem(new SkuId("phone"), "Phone", 9.9m, units, limit)]);
        await Stock.WarmAsync(sale.BucketOf(sale.Items[0]), units, limit, epoch: 1, mayCreate: true);
        await Get<SalePublisher>().PublishAsync(sale);
        await Eventually.TrueAsync(() => Get<SaleCatalog>().Current.TryFind(sale.Id, out _));
        return sale;
    }

    public ValueTask<GrabResult> GrabAsync(Sale sale, string user) => Get<GrabHandler>().GrabAsync(sale.Id, sale.Items[0].Sku, new UserId(user));

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await Redis.DisposeAsync();
        _directory.Dispose();
    }
}
