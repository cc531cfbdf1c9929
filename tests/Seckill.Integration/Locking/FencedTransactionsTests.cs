using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Database;
using Seckill.Core.Locking;
using Seckill.Integration.Grab;
using Seckill.Local;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Locking;

/// <summary>Goal: a holder that was overtaken cannot write, wherever it was when it stopped. Method: real MariaDB, real Redis.</summary>
public sealed class FencedTransactionsTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MariaDbServer _server;
    private readonly SeckillDatabase _database;
    private readonly FencedTransactions _transactions;

    public FencedTransactionsTests()
    {
        _server = new MariaDbServer(new() { Directory = _directory.Path });
        _database = new SeckillDatabase(Options.Create(new Connections { Redis = "-", Kafka = "-", MySql = _server.ConnectionString }));
        _transactions = new FencedTransactions(_database);
    }

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        await new Migrator(_database, TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(Migration.LoadEmbedded(), CancellationToken.None);
        await using DbConnection connection = await _database.OpenAsync();
        await connection.ExecuteAsync("CREATE TABLE written (who VARCHAR(16) NOT NULL)");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task HolderPaused_AnotherTakesOverAndWrites_ThePausedOnesWriteIsRefused()
    {
        await using LockCluster cluster = await LockCluster.StartAsync(3);
        await using HeldLock paused = await cluster.Node().AcquireAsync("job", TestContext.Current.CancellationToken);
        await WriteAsync(paused.Token, "paused, before");

        // The holder freezes: its votes run out on the servers, and it does not notice.
        cluster.Servers.ForEach(server => server.Pause());
        await Eventually.TrueAsync(() => !paused.IsHeld);
        cluster.Servers.ForEach(server => server.Resume());
        await using HeldLock next = await cluster.Node().AcquireAsync("job", TestContext.Current.CancellationToken);
        await WriteAsync(next.Token, "next");

        StaleHolderException refusal = await Should.ThrowAsync<StaleHolderException>(() => WriteAsync(paused.Token, "paused, after"));

        refusal.Token.ShouldBe(paused.Token);
        refusal.Highest.ShouldBe(next.Token.Value);
        (await WrittenAsync()).ShouldBe(["next", "paused, before"]);
    }

    [Fact]
    public async Task OvertakenInTheMiddleOfItsTransaction_CommitsFirst_ThenIsRefused()
    {
        FencingToken early = new("job", 7);
        FencingToken late = new("job", 8);
        TaskCompletionSource isInside = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource mayCommit = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task first = _transactions.RunAsync(
            early,
            async (connection, transaction) =>
            {
                await connection.ExecuteAsync("INSERT INTO written VALUES ('early')", transaction: transaction);
                isInside.SetResult();
                await mayCommit.Task;
            },
            TestContext.Current.CancellationToken);
        await isInside.Task;

        // The later holder's write waits for the row: it can never see half of the earlier one's work.
        Task second = WriteAsync(late, "late");
        (await Task.WhenAny(second, Task.Delay(500, TestContext.Current.CancellationToken))).ShouldNotBe(second);
        mayCommit.SetResult();
        await first;
        await second;

        await Should.ThrowAsync<StaleHolderException>(() => WriteAsync(early, "early again"));
        (await WrittenAsync()).ShouldBe(["early", "late"]);
    }

    [Fact]
    public async Task OtherResources_HaveFencesOfTheirOwn()
    {
        await WriteAsync(new FencingToken("one", 900), "one");
        await WriteAsync(new FencingToken("other", 1), "other");

        (await WrittenAsync()).ShouldBe(["one", "other"]);
    }

    private Task WriteAsync(FencingToken token, string who) => _transactions.RunAsync(
        token,
        (connection, transaction) => connection.ExecuteAsync("INSERT INTO written VALUES (@who)", new { who }, transaction),
        TestContext.Current.CancellationToken);

    private async Task<IEnumerable<string>> WrittenAsync()
    {
        await using DbConnection connection = await _database.OpenAsync(TestContext.Current.CancellationToken);
        return await connection.QueryAsync<string>("SELECT who FROM written ORDER BY who");
    }
}
