using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Options;
using MySql.Data.MySqlClient;
using Seckill.Core;
using Seckill.Core.Database;
using Seckill.Integration.Grab;
using Seckill.Integration.Metrics;
using Seckill.Local;
using Seckill.Local.Faults;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Database;

/// <summary>A real MariaDB behind a proxy, and connections that end without a word.</summary>
public sealed class SeckillDatabaseTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private MariaDbServer _server = null!;
    private TcpProxy _proxy = null!;
    private SeckillDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _server = new MariaDbServer(new() { Directory = _directory.Combine("mariadb") });
        await _server.StartAsync(TestContext.Current.CancellationToken);
        _proxy = new TcpProxy(_server.Port);
        string throughProxy = new MySqlConnectionStringBuilder(_server.ConnectionString) { Port = (uint)_proxy.Port }.ConnectionString;
        _database = new SeckillDatabase(Options.Create(new Connections { MySql = throughProxy, Redis = "-", Kafka = "-" }));
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task ConnectionsInUse_AreCountedOnceEach_UntilTheyAreGivenBack()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using Measurements inUse = new("seckill.database.connections", onlyOwn: true);
        DbConnection[] three = [await _database.OpenAsync(stop), await _database.OpenAsync(stop), await _database.OpenAsync(stop)];
        inUse.Sum().ShouldBe(3);

        await three[0].DisposeAsync();
        await three[0].DisposeAsync();
        inUse.Sum().ShouldBe(2);
        foreach (DbConnection left in three[1..])
        {
            await left.DisposeAsync();
        }

        inUse.Sum().ShouldBe(0);
    }

    [Fact]
    public async Task AServerThatIsAway_CountsAsAConnectionThatCouldNotBeHad()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using Measurements failures = new("seckill.database.open_failures", onlyOwn: true);
        SeckillDatabase away = new(Options.Create(new Connections { MySql = "Server=127.0.0.1;Port=1;User ID=nobody;SslMode=Disabled", Redis = "-", Kafka = "-" }));

        await Should.ThrowAsync<DbException>(() => away.OpenAsync(stop));

        failures.Sum().ShouldBe(1);
    }

    /// <summary>Goal: a client that vanishes in the middle of a transaction holds up nobody for long, itself included. Method: its connection falls silent while it holds a row; others wait in the pool.</summary>
    [Fact]
    public async Task FallsSilentInATransaction_CallsEnd_OthersGetTheRow()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using (DbConnection connection = await _database.OpenAsync(stop))
        {
            await connection.ExecuteAsync("CREATE TABLE things (id INT PRIMARY KEY, n INT NOT NULL) ENGINE=InnoDB");
            await connection.ExecuteAsync("INSERT INTO things VALUES (1, 0)");
        }

        DbConnection[] several = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _database.OpenAsync(stop)));
        DbConnection holder = several[0];
        await using DbTransaction transaction = await holder.BeginTransactionAsync(stop);
        await holder.ExecuteAsync("UPDATE things SET n = 1 WHERE id = 1", transaction: transaction);
        foreach (DbConnection idle in several[1..])
        {
            await idle.DisposeAsync();
        }

        _proxy.FallSilent().ShouldBe(4);

        DbException fault = await Should.ThrowAsync<DbException>(() => holder.ExecuteAsync("UPDATE things SET n = 2 WHERE id = 1", transaction: transaction));
        MySqlErrors.Classify(fault).ShouldBe(MySqlFault.Away);
        await Should.ThrowAsync<DbException>(() => transaction.CommitAsync(stop));
        await transaction.DisposeAsync();
        await holder.DisposeAsync();
        await Eventually.TrueAsync(TryAddAsync);
        (await ReadAsync()).ShouldBe(10, "what the silent one had begun is undone");
    }

    /// <summary>Goal: what is given up leaves nothing behind. Method: a statement that takes longer than the bound, on a server that answers in the end; its session must go, and no time-out of the server's ends it.</summary>
    [Fact]
    public async Task StatementTakesTooLong_IsGivenUp_AndItsConnectionEndsWithIt()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using MySqlConnection watcher = new(_server.ConnectionString);
        await watcher.OpenAsync(stop);
        DbConnection connection = await _database.OpenAsync(stop);
        long session = await connection.ExecuteScalarAsync<long>("SELECT CONNECTION_ID()");

        DbException fault = await Should.ThrowAsync<DbException>(() => connection.ExecuteScalarAsync<int>($"SELECT SLEEP({BoundedConnection.LongestCall.TotalSeconds + 3})"));
        await connection.DisposeAsync();

        MySqlErrors.Classify(fault).ShouldBe(MySqlFault.Away);
        await Eventually.TrueAsync(async () => await watcher.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM information_schema.processlist WHERE id = @session", new { session }) == 0);
    }

    /// <summary>The loops know what to do about a fault of the database; a driver that stumbles over its own broken connection must not look like anything else to them.</summary>
    [Fact]
    public async Task CutInATransaction_EverythingAfterIsADatabaseFault_AndDisposingIsNone()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        DbConnection connection = await _database.OpenAsync(stop);
        DbTransaction transaction = await connection.BeginTransactionAsync(stop);
        _proxy.Cut().ShouldBe(1);

        await Should.ThrowAsync<DbException>(() => connection.ExecuteScalarAsync<int>("SELECT 1", transaction: transaction));
        await Should.ThrowAsync<DbException>(() => connection.ExecuteScalarAsync<int>("SELECT 2", transaction: transaction));
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task LeftWithoutACommit_IsRolledBack_AndTheConnectionServesOn()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using DbConnection connection = await _database.OpenAsync(stop);
        await connection.ExecuteAsync("CREATE TABLE things (id INT PRIMARY KEY, n INT NOT NULL) ENGINE=InnoDB");
        await connection.ExecuteAsync("INSERT INTO things VALUES (1, 0)");

        await using (DbTransaction transaction = await connection.BeginTransactionAsync(stop))
        {
            await connection.ExecuteAsync("UPDATE things SET n = 5", transaction: transaction);
        }

        (await ReadAsync()).ShouldBe(0);
        (await TryAddAsync()).ShouldBeTrue();
        (await connection.ExecuteScalarAsync<int>("SELECT n FROM things")).ShouldBe(10);
    }

    private async Task<bool> TryAddAsync()
    {
        try
        {
            await using DbConnection connection = await _database.OpenAsync();
            await connection.ExecuteAsync("SET SESSION innodb_lock_wait_timeout = 1");
            return await connection.ExecuteAsync("UPDATE things SET n = n + 10 WHERE id = 1") == 1;
        }
        catch (DbException)
        {
            return false;
        }
    }

    private async Task<int> ReadAsync()
    {
        await using DbConnection connection = await _database.OpenAsync();
        return await connection.ExecuteScalarAsync<int>("SELECT n FROM things");
    }
}
