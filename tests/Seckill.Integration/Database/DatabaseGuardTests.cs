using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MySql.Data.MySqlClient;
using Seckill.Core;
using Seckill.Core.Database;
using Seckill.Integration.Grab;
using Seckill.Local;
using Seckill.Local.Faults;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Database;

/// <summary>A real MariaDB behind a proxy, and what those see who ask it through the guard.</summary>
public sealed class DatabaseGuardTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly DatabaseGuard _guard = new(
        Options.Create(new MySqlResilienceOptions
        {
            Timeout = TimeSpan.FromSeconds(3),
            Retries = 1,
            MinimumCalls = 4,
            SamplingWindow = TimeSpan.FromMinutes(1),
            BreakFor = TimeSpan.FromSeconds(1),
            MaxConcurrent = 8,
            MaxQueued = 0,
        }),
        TimeProvider.System, NullLogger<DatabaseGuard>.Instance);

    private MariaDbServer _server = null!;
    private TcpProxy _proxy = null!;
    private SeckillDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _server = new MariaDbServer(new() { Directory = _directory.Combine("mariadb") });
        await _server.StartAsync(TestContext.Current.CancellationToken);
        _proxy = new TcpProxy(_server.Port);
        string throughProxy = new MySqlConnectionStringBuilder(_server.ConnectionString) { Port = (uint)_proxy.Port }.ConnectionString;
        _database = new SeckillDatabase(Options.Create(new Connections { MySql = throughProxy, Redis = "-", Kafka = "-" }), _guard);
    }

    public async ValueTask DisposeAsync()
    {
        _guard.Dispose();
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>Goal: callers of a MySQL that is gone are told at once, and served soon after it is back. Method: kill -9; reads until one is refused unasked; a start; reads until all are answered.</summary>
    [Fact]
    public async Task ServerIsKilled_CallersAreRefusedUnasked_AndServedOnceItIsBack()
    {
        (await FaultAsync()).ShouldBeNull();

        await _server.KillAsync();
        await Eventually.TrueAsync(async () => (await FaultAsync()).ShouldNotBeNull() is DatabaseNotAskedException);
        await _server.StartAsync(TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(async () => await FaultAsync() is null);
    }

    /// <summary>Goal: the same where the server is mute, and each call costs its caller the time limit. Method: the process is paused and woken; several read at once, as buyers do.</summary>
    [Fact]
    public async Task ServerIsMute_CallersAreRefusedUnasked_AndServedOnceItSpeaks()
    {
        (await FaultAsync()).ShouldBeNull();

        _server.Pause();
        await Eventually.TrueAsync(async () => (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => FaultAsync()))).Any(fault => fault is DatabaseNotAskedException));
        _server.Resume();

        await Eventually.TrueAsync(async () => await FaultAsync() is null);
    }

    /// <summary>What MySQL answers about values and locks is an answer: it must not shut anybody out.</summary>
    [Fact]
    public async Task StatementsAreRefusedForTheirValues_TheCircuitStaysClosed()
    {
        await using (DbConnection connection = await _database.OpenAsync(TestContext.Current.CancellationToken))
        {
            await connection.ExecuteAsync("CREATE TABLE things (id INT PRIMARY KEY) ENGINE=InnoDB");
            await connection.ExecuteAsync("INSERT INTO things VALUES (1)");
        }

        for (int i = 0; i < 10; i++)
        {
            await using DbConnection connection = await _database.OpenAsync(TestContext.Current.CancellationToken);
            MySqlErrors.IsDuplicateKey(await Should.ThrowAsync<DbException>(() => connection.ExecuteAsync("INSERT INTO things VALUES (1)"))).ShouldBeTrue();
        }

        (await FaultAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task AllConnectionsAreInUse_TheNextCallerIsRefused_AndServedWhenOneComesBack()
    {
        DbConnection[] all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _database.OpenAsync(TestContext.Current.CancellationToken)));

        (await FaultAsync()).ShouldBeOfType<DatabaseNotAskedException>();
        await all[0].DisposeAsync();

        await Eventually.TrueAsync(async () => await FaultAsync() is null);
        foreach (DbConnection other in all[1..])
        {
            await other.DisposeAsync();
        }
    }

    private async Task<DbException?> FaultAsync()
    {
        try
        {
            await using DbConnection connection = await _database.OpenAsync();
            await connection.ExecuteScalarAsync<int>("SELECT 1");
            return null;
        }
        catch (DbException fault)
        {
            return fault;
        }
    }
}
