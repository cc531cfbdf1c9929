using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MySql.Data.MySqlClient;
using Seckill.Core;
using Seckill.Core.Database;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Seckill.Core.Orders.Timeline;
using Seckill.Core.Payments;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.Local;
using Seckill.Local.Servers;
using StackExchange.Redis;

namespace Seckill.Chaos.Stack;

/// <summary>Sold orders and taken money on real servers, and the very code paths of Worker and Api that decide between them: in this process, so that they can be let loose in one millisecond.</summary>
internal sealed class PaymentMarket : IAsyncDisposable
{
    private const long Sale = 77;
    private const string Sku = "contested";
    private const int RowsPerStatement = 500;

    private readonly TemporaryDirectory _directory = new();
    private readonly RedisServer _redis;
    private readonly MariaDbServer _mariaDb;
    private readonly KafkaMockCluster _kafka = new();
    private readonly SnowflakeIds _ids = new(new OneWorker(), TimeProvider.System);
    private IHost _host = null!;

    private PaymentMarket()
    {
        _redis = new RedisServer(new() { Directory = _directory.Combine("redis") });
        _mariaDb = new MariaDbServer(new() { Directory = _directory.Combine("mariadb") });
    }

    private static StockKeys Keys => new(new StockBucket(new SaleId(Sale), new SkuId(Sku)));

    private T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public static async Task<PaymentMarket> StartAsync(int units, CancellationToken stop)
    {
        PaymentMarket market = new();
        await Task.WhenAll(market._redis.StartAsync(stop), market._mariaDb.StartAsync(stop));
        market._host = market.Build();
        await market.Get<Migrator>().MigrateAsync(Migration.LoadEmbedded(), stop);
        await market.ExecuteAsync("INSERT INTO sales (sale_id, name, starts_at, ends_at, created_at) VALUES (77, 'Sale', '2026-01-01', '2027-01-01', '2026-01-01')");
        await market.ExecuteAsync("INSERT INTO sale_items (sale_id, sku_id, position, name, price, stock) VALUES (77, @Sku, 0, 'Contested', 19.90, @units)", new { Sku, units });
        await market.ExecuteAsync("INSERT INTO stock_guard (sale_id, sku_id, units) VALUES (77, @Sku, @units)", new { Sku, units });
        IDatabase db = market.Get<RedisConnection>().Database;
        await db.SetAddAsync(StockKeys.Directory, new StockBucket(new SaleId(Sale), new SkuId(Sku)).ToString());
        await db.StringSetAsync(Keys.Stock, units);
        await db.HashSetAsync(Keys.Meta, [new("epoch", 1), new("version", 1), new("total", units), new("limit", 1)]);
        return market;
    }

    /// <summary>Sells units whose time to pay is up. Their money has been taken by the gateway; of every other one we know it already.</summary>
    public async Task<(OrderId Order, Payment Payment)[]> SellAsync(int count, CancellationToken stop)
    {
        ReservationMessage[] reservations = [.. Enumerable.Range(0, count).Select(i => Reserve(new UserId($"buyer-{i}")))];
        IDatabase db = Get<RedisConnection>().Database;
        await db.StringDecrementAsync(Keys.Stock, count);
        foreach (ReservationMessage[] some in reservations.Chunk(RowsPerStatement))
        {
            await db.HashSetAsync(Keys.Buyers, [.. some.Select(one => new HashEntry(one.UserId.Value, $"{one.Slot}={one.OrderId}"))]);
            foreach (IGrouping<int, ReservationMessage> table in some.GroupBy(one => OrderTables.Of(one.OrderId)))
            {
                await Get<OrderWriter>().WriteAsync(table.Key, [.. table], failure: null, stop);
            }
        }

        for (int table = 0; table < OrderTables.Count; table++)
        {
            await ExecuteAsync($"UPDATE {OrderTables.Name(table)} SET pay_by = '2026-01-01'");
        }

        (OrderId Order, PaymentId Payment, UserId User)[] pairs = [.. reservations.Select(one => (one.OrderId, new PaymentId(_ids.Next(UserShard.Of(one.UserId))), one.UserId))];
        foreach ((OrderId Order, PaymentId Payment, UserId User)[] some in pairs.Chunk(RowsPerStatement))
        {
            await ExecuteAsync(
                "INSERT INTO payments (payment_id, order_id, user_id, amount, state, active, idempotency_key, gateway_ref, next_attempt_at, created_at, updated_at) VALUES "
                + string.Join(',', some.Select((one, i) =>
                    $"({one.Payment},{one.Order},'{one.User}',19.90,'{(i % 2 == 0 ? "captured" : "authorizing")}',1,'k','r',UTC_TIMESTAMP(3),UTC_TIMESTAMP(3),UTC_TIMESTAMP(3))")));
            await ExecuteAsync(
                "INSERT INTO sandbox_charges (payment_id, reference, amount, state, declines, latency_ms, copies) VALUES "
                + string.Join(',', some.Select(one => $"({one.Payment},'r',19.90,'captured',0,0,0)")));
        }

        return [.. pairs.Select(pair => (pair.Order, new Payment(
            pair.Payment, pair.Order, pair.User, 19.90m, PaymentState.Captured, null, "r", null, 0, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)))];
    }

    /// <summary>What the Api does with a callback whose signature is good: one event per state, so that a second delivery is the same event.</summary>
    public Task HearAsync(Payment payment, GatewayState state, CancellationToken stop) => RepeatAsync(
        () => Get<PaymentStore>().TakeReportAsync(new GatewayReport(payment.Id, state, payment.Amount, "r", null), $"{payment.Id}-{state}", stop), stop);

    /// <summary>What a Worker's saga does with a captured payment.</summary>
    public Task SettleAsync(Payment payment, CancellationToken stop) => RepeatAsync(
        async () =>
        {
            await Get<PaymentStore>().SettleAsync(payment.Id, () => Task.CompletedTask, stop);
            return true;
        },
        stop);

    /// <summary>What a due deadline does, whichever way it comes.</summary>
    public Task CancelAsync(OrderId order, CancellationToken stop) => RepeatAsync(() => Get<UnpaidOrders>().CancelAsync([order], stop), stop);

    /// <summary>Lets a Worker's loops follow up: settle what was not, refund what came late, give units back, tell buyers.</summary>
    public async Task RunDryAsync(CancellationToken stop)
    {
        Get<SchemaGate>().Open();
        await _host.StartAsync(stop);
        while (await ScalarAsync("SELECT (SELECT COUNT(*) FROM order_outbox) + (SELECT COUNT(*) FROM payments WHERE next_attempt_at IS NOT NULL) + (SELECT COUNT(*) FROM orders WHERE status = 'pending-payment')") > 0)
        {
            await Task.Delay(100, stop);
        }
    }

    /// <summary>Reads the books itself.</summary>
    public async Task<PaymentBooks> ReadAsync()
    {
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(_redis.Endpoint);
        connection.PreserveAsyncOrder = false;
        IDatabase db = connection.GetDatabase();
        HashSet<long> held = [.. (await db.HashGetAllAsync(Keys.Buyers)).SelectMany(buyer => ((string)buyer.Value!).Split(',')).Select(part => long.Parse(part.Split('=')[1]))];
        int left = (int)await db.StringGetAsync(Keys.Stock);

        await using DbConnection database = new MySqlConnection(_mariaDb.ConnectionString);
        await database.OpenAsync();
        (long Order, string Status, string Payment)[] rows = [.. await database.QueryAsync<(long, string, string)>(
            "SELECT o.order_id, o.status, p.state FROM orders o JOIN payments p ON p.order_id = o.order_id")];
        return new PaymentBooks(
            Paid: rows.Count(row => row.Status == "paid"),
            Refunded: rows.Count(row => row.Status == "refunded" && row.Payment == "refunded"),
            PaidAndRestocked: rows.Count(row => row.Payment == "confirmed" && !held.Contains(row.Order)),
            HeldUnpaid: rows.Count(row => row.Payment != "confirmed" && held.Contains(row.Order)),
            KeptMoney: rows.Count(row => row.Payment == "confirmed"),
            GuardSold: await database.ExecuteScalarAsync<int>("SELECT sold FROM stock_guard"),
            Left: left);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using (CancellationTokenSource limit = new(TimeSpan.FromSeconds(10)))
        {
            await _host.StopAsync(limit.Token);
        }

        _host.Dispose();
        await _mariaDb.KillAsync();
        await _mariaDb.DisposeAsync();
        await _redis.KillAsync();
        await _redis.DisposeAsync();
        _kafka.Dispose();
        _directory.Dispose();
    }

    private ReservationMessage Reserve(UserId user) =>
        new(new OrderId(_ids.Next(UserShard.Of(user))), new SaleId(Sale), new SkuId(Sku), 0, user, 0, Epoch: 1, Version: 1, TimeProvider.System.GetUtcNow());

    // As the loops do: a deadlock's victim tries again, and nothing else is forgiven.
    private static async Task RepeatAsync<T>(Func<Task<T>> act, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await act();
                return;
            }
            catch (DbException conflict) when (MySqlErrors.IsLockConflict(conflict))
            {
                await Task.Delay(Random.Shared.Next(1, 10), stop);
            }
        }
    }

    private IHost Build()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Seckill:Redis"] = _redis.Endpoint,
            ["Seckill:Kafka"] = _kafka.BootstrapServers,
            ["Seckill:MySql"] = _mariaDb.ConnectionString,
            ["Seckill:PaymentCallbacks:Keys:0:Id"] = "market",
            ["Seckill:PaymentCallbacks:Keys:0:Secret"] = "a secret that only this test knows, and long enough",
            ["Seckill:Payments:FirstPollPause"] = "00:00:00.100",
            ["Seckill:Payments:IdlePollMs"] = "10",
            ["Seckill:Payments:StepLease"] = "00:00:02",
        });
        builder.Services.AddLogging(log => log.SetMinimumLevel(LogLevel.Error));
        builder.Services.AddConnections(builder.Configuration).AddRedis("payment-market").AddDatabase();
        builder.Services.AddMessaging(builder.Configuration).AddPushSending(builder.Configuration).AddStock(builder.Configuration);
        builder.Services.AddOrderOutbox(builder.Configuration).AddPaymentSaga(builder.Configuration);
        builder.Services.AddSingleton<CommitLog>().AddSingleton<OrderWriter>().AddSingleton<UnpaidOrders>();
        return builder.Build();
    }

    private async Task ExecuteAsync(string sql, object? arguments = null)
    {
        await using DbConnection database = await Get<SeckillDatabase>().OpenAsync();
        await database.ExecuteAsync(new CommandDefinition(sql, arguments, commandTimeout: 120));
    }

    private async Task<long> ScalarAsync(string sql)
    {
        await using DbConnection database = await Get<SeckillDatabase>().OpenAsync();
        return await database.ExecuteScalarAsync<long>(sql);
    }

    private sealed class OneWorker : IWorkerIdSource
    {
        public WorkerIdGrant? Current { get; } = new(9);
    }
}
