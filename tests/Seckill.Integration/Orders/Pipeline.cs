using System.Data.Common;
using System.Text;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core;
using Seckill.Core.Database;
using Seckill.Core.DeadLetters;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Seckill.Core.Outbox;
using Seckill.Core.Push;
using Seckill.Core.Receipts;
using Seckill.Core.Reconciliation;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Recovery;
using Seckill.Local;
using Seckill.Local.Servers;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Orders;

/// <summary>Real Redis, MariaDB and Kafka protocol with a migrated schema, and workers on them: everything behind the grab.</summary>
internal sealed class Pipeline : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    public static readonly SkuId Sku = new("phone");

    private readonly TemporaryDirectory _directory = new();
    private readonly List<IHost> _workers = [];
    private readonly ServiceProvider _services;
    private readonly LastLines _log = new();

    // Ids as a node would make them: growing, with the user's shard.
    private readonly SnowflakeIds _ids = new(new FixedWorker(), TimeProvider.System);

    private readonly IReadOnlyDictionary<string, string?> _settings;

    private readonly bool _ownsKafka;

    private Pipeline(string? template, RedisPersistence persistence, IReadOnlyDictionary<string, string?> settings, KafkaMockCluster? kafka = null)
    {
        _settings = settings;
        Redis = new RedisServer(new() { Directory = _directory.Combine("redis"), Persistence = persistence });
        MariaDbServerOptions mariaDb = new() { Directory = _directory.Combine("mariadb") };
        MariaDb = new MariaDbServer(template is null ? mariaDb : mariaDb with { TemplateDirectory = template });
        (Kafka, _ownsKafka) = (kafka ?? new KafkaMockCluster(), kafka is null);
        _services = Shared().BuildServiceProvider();
    }

    public RedisServer Redis { get; }

    public MariaDbServer MariaDb { get; }

    public KafkaMockCluster Kafka { get; }

    public SaleId Sale { get; } = new(77);

    public StockBucket Bucket => new(Sale, Sku);

    public StockKeys Keys => new(Bucket);

    public RedisConnection RedisClient => _services.GetRequiredService<RedisConnection>();

    public SeckillDatabase Database => _services.GetRequiredService<SeckillDatabase>();

    public KafkaProducer Producer => _services.GetRequiredService<KafkaProducer>();

    public ReservationReceipts Receipts => _services.GetRequiredService<ReservationReceipts>();

    public OrderStore Orders => _services.GetRequiredService<OrderStore>();

    public StockStore Stock => _services.GetRequiredService<StockStore>();

    public SaleReconciler Reconciler => _services.GetRequiredService<SaleReconciler>();

    public DeadLetterStore DeadLetters => _services.GetRequiredService<DeadLetterStore>();

    public MailboxStore Mailboxes => _services.GetRequiredService<MailboxStore>();

    /// <param name="units">Units of the one item; none is left in Redis.</param>
    /// <param name="settings">Configuration of the workers beyond the servers' addresses.</param>
    /// <param name="persistence">What Redis keeps when it is killed.</param>
    public static async Task<Pipeline> StartAsync(
        int units, IReadOnlyDictionary<string, string?>? settings = null, RedisPersistence persistence = RedisPersistence.None)
    {
        Pipeline pipeline = new(await MigratedTemplate.DirectoryAsync(), persistence, settings ?? new Dictionary<string, string?>());
        await Task.WhenAll(pipeline.Redis.StartAsync(), pipeline.MariaDb.StartAsync());
        await pipeline.ExecuteAsync(
            "INSERT INTO sales (sale_id, name, starts_at, ends_at, created_at) VALUES (77, 'Sale', '2026-01-01', '2027-01-01', '2026-01-01')");
        await pipeline.ExecuteAsync("INSERT INTO sale_items (sale_id, sku_id, position, name, price, stock) VALUES (77, 'phone', 0, 'Phone', 199.90, @units)", new { units });
        await pipeline.ExecuteAsync("INSERT INTO stock_guard (sale_id, sku_id, units) VALUES (77, 'phone', @units)", new { units });
        IDatabase db = pipeline.RedisClient.Database;
        await db.SetAddAsync(StockKeys.Directory, pipeline.Bucket.ToString());
        await db.StringSetAsync(pipeline.Keys.Stock, 0);
        await db.HashSetAsync(pipeline.Keys.Meta, [new("epoch", 1), new("version", 1), new("total", units), new("limit", 1)]);
        return pipeline;
    }

    /// <summary>Servers with nothing in them, not even a schema: as they stand when a backup is to be restored.</summary>
    /// <param name="kafka">Brokers that survived, which stay their owner's; null for new ones.</param>
    /// <param name="settings">Configuration of the workers beyond the servers' addresses.</param>
    public static async Task<Pipeline> StartEmptyAsync(KafkaMockCluster? kafka = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        Pipeline pipeline = new(template: null, RedisPersistence.EverySecond, settings ?? new Dictionary<string, string?>(), kafka);
        await Task.WhenAll(pipeline.Redis.StartAsync(), pipeline.MariaDb.StartAsync());
        return pipeline;
    }

    /// <summary>Stops a worker before the pipeline's end.</summary>
    public async Task StopAsync(IHost worker)
    {
        _workers.Remove(worker);
        await worker.StopAsync();
        worker.Dispose();
    }

    /// <summary>Starts the loops of one worker.</summary>
    public Task<IHost> StartWorkerAsync(bool relay = true, bool intake = true, bool recovery = false, bool deadLetters = false) => StartWorkerAsync((services, configuration) =>
    {
        if (relay)
        {
            services.AddOutboxRelay(configuration);
        }

        if (intake)
        {
            services.AddOrderIntake(configuration);
        }

        if (recovery)
        {
            services.AddStockRecovery(configuration);
        }

        if (deadLetters)
        {
            services.AddDeadLetterLoops();
        }
    });

    /// <summary>Starts a worker with loops of the test's choice.</summary>
    public async Task<IHost> StartWorkerAsync(Action<IServiceCollection, IConfiguration> add)
    {
        IHost host = BuildHost(add);
        await host.StartAsync();
        _workers.Add(host);
        return host;
    }

    /// <summary>Builds a worker that does not run: for its parts. The caller disposes it.</summary>
    public IHost BuildHost(Action<IServiceCollection, IConfiguration> add)
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

    /// <summary>As a warm-up leaves it: all units in Redis, and MySQL knows that the bucket must be there.</summary>
    public async Task WarmAsync()
    {
        await RedisClient.Database.StringSetAsync(Keys.Stock, await ScalarAsync<int>("SELECT units FROM stock_guard"));
        await ExecuteAsync("UPDATE stock_guard SET warmed_at = '2026-01-01'");
    }

    /// <summary>Grabs as an Api node without any memory would, each user one unit.</summary>
    public Task<StockReply> GrabAsync(params IEnumerable<string> users) =>
        Stock.GrabAsync(Bucket, users.Select(user => new StockGrab(new UserId(user), NewOrder(user))).ToArray(), expectedEpoch: 0, minVersion: 0);

    public OrderId NewOrder(string user) => new(_ids.Next(UserShard.Of(new UserId(user))));

    public ReservationMessage Reserve(string user, long epoch = 1)
    {
        UserId id = new(user);
        return Receipts.Sign(new ReservationMessage(new OrderId(_ids.Next(UserShard.Of(id))), Sale, Sku, 0, id, 0, epoch, 1, TimeProvider.System.GetUtcNow()));
    }

    public IReadOnlyList<ReservationMessage> Reserve(int users) => [.. Enumerable.Range(0, users).Select(i => Reserve($"user-{i}"))];

    /// <summary>Appends entries to the outbox as <c>grab.lua</c> does, and enters the buyers.</summary>
    public async Task FillOutboxAsync(IReadOnlyList<ReservationMessage> reservations, int perEntry = 50)
    {
        IDatabase db = RedisClient.Database;
        await db.HashSetAsync(Keys.Buyers, [.. reservations.Select(one => new HashEntry(one.UserId.Value, $"{one.Slot}={one.OrderId}"))]);
        foreach (ReservationMessage[] chunk in reservations.Chunk(perEntry))
        {
            string packed = string.Join('\n', chunk.Select(one => $"{one.OrderId} {one.Slot} {one.UserId}"));
            await AddEntryAsync("e", chunk[0].Epoch, "v", 1, "t", chunk[0].ReservedAt.ToUnixTimeMilliseconds(), "p", packed);
        }
    }

    public Task AddEntryAsync(params object[] fields) => RedisClient.Database.ExecuteAsync("XADD", [Keys.Outbox, "*", .. fields]);

    /// <summary>Puts messages into Kafka with their receipts, past the outbox.</summary>
    public Task ProduceAsync(IEnumerable<ReservationMessage> reservations) =>
        Producer.ProduceAsync([.. reservations.Select(Encode)], CancellationToken.None);

    /// <summary>The record that the relay would produce.</summary>
    public KafkaRecord Encode(ReservationMessage reservation) => ReservationCodec.Encode(Receipts.Sign(reservation));

    public async Task<long> OutboxLengthAsync() => (long)await RedisClient.Database.ExecuteAsync("XLEN", Keys.Outbox);

    public async Task<long> CountAsync(string where) => await ScalarAsync<long>($"SELECT COUNT(*) FROM orders WHERE {where}");

    public Task<Core.Orders.Order?> FindAsync(OrderId order) => Orders.FindAsync(order, TestContext.Current.CancellationToken);

    public Task<int> SoldAsync() => ScalarAsync<int>("SELECT sold FROM stock_guard");

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using DbConnection connection = await Database.OpenAsync();
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    public async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using DbConnection connection = await Database.OpenAsync();
        await connection.ExecuteAsync(sql, parameters);
    }

    /// <param name="condition">What must come true; a server that is just coming back counts as not yet.</param>
    /// <param name="what">What to call it.</param>
    /// <param name="state">What to say besides, should it not.</param>
    /// <param name="patience">How long; <see cref="Patience"/> unless told otherwise.</param>
    public static async Task EventuallyAsync(Func<Task<bool>> condition, string what, Func<Task<string>>? state = null, TimeSpan? patience = null)
    {
        string? last = null;
        TimeSpan limit = patience ?? Patience;
        bool met = await Deadline(limit, async () =>
        {
            try
            {
                return await condition();
            }
            catch (Exception fault) when (fault is DbException or RedisException or TimeoutException)
            {
                last = fault.Message; // A server that is just coming back.
                return false;
            }
        });
        if (!met)
        {
            met.ShouldBeTrue($"{what} within {limit.TotalSeconds} s {last} {(state is null ? null : await state())}");
        }
    }

    public Task StoredAsync(long rows) => EventuallyAsync(async () => await CountAsync("1 = 1") >= rows, $"{rows} order rows", StateAsync);

    // Where the reservations stand, and what the workers said.
    private async Task<string> StateAsync() =>
        $"""
        rows {await CountAsync("1 = 1")}, {await Stock.LookAsync(Bucket)}, outbox {await OutboxLengthAsync()}, assigned {string.Join(',', _workers.SelectMany(worker => worker.Services.GetServices<IHostedService>()).OfType<OrderIntake>().Select(intake => intake.IsAssigned))}
        {_log}
        """;

    /// <summary>The messages in a user's mailbox, as JSON.</summary>
    public async Task<IReadOnlyList<string>> MailboxAsync(UserId user) =>
        [.. (await Mailboxes.ReadAsync(user, MailboxPosition.Start)).Entries.Select(entry => Encoding.UTF8.GetString(entry.Body.Span))];

    public async ValueTask DisposeAsync()
    {
        foreach (IHost worker in _workers)
        {
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
            await worker.StopAsync(limit.Token);
            worker.Dispose();
        }

        await _services.DisposeAsync();
        await MariaDb.DisposeAsync();
        await Redis.DisposeAsync();
        if (_ownsKafka)
        {
            Kafka.Dispose();
        }

        _directory.Dispose();
    }

    private static async Task<bool> Deadline(TimeSpan limit, Func<Task<bool>> condition)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > limit)
            {
                return false;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        return true;
    }

    private IConfiguration Configuration() => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(_settings)
    {
        ["Seckill:Redis"] = Redis.Endpoint,
        ["Seckill:Kafka"] = Kafka.BootstrapServers,
        ["Seckill:Receipts:Keys:0"] = "the key of these tests, long enough",
        ["Seckill:MySql"] = MariaDb.ConnectionString,
        ["Seckill:Reconciliation:MinAge"] = "00:00:00.100",
        ["Seckill:Reconciliation:StuckAfter"] = "00:00:01",
        ["Seckill:Outbox:ClaimAfterMs"] = _settings.GetValueOrDefault("Seckill:Outbox:ClaimAfterMs") ?? "1000",
        // A busy machine may be slow; what these tests are about is not the time-out of a call.
        ["Seckill:Stock:CallTimeout"] = "00:00:05",
    }).Build();

    private ServiceCollection Shared()
    {
        ServiceCollection services = new();
        IConfiguration configuration = Configuration();
        services.AddLogging(log => log.SetMinimumLevel(LogLevel.Information).AddProvider(_log));
        services.AddConnections(configuration).AddRedis("pipeline-test").AddDatabase().AddDeadLetters().AddOrders();
        services.AddMessaging(configuration).AddPushSending(configuration).AddStock(configuration).AddSaleReconciler(configuration).AddReceipts(configuration);
        return services;
    }

    private sealed class FixedWorker : IWorkerIdSource
    {
        public WorkerIdGrant? Current { get; } = new(3);
    }
}
