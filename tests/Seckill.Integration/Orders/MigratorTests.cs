using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Database;
using Seckill.Local;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Orders;

public sealed class MigratorTests
{
    private static readonly Migration One = Migration.Create("0001_one.sql", "CREATE TABLE one (id INT); -- done; really\nCREATE TABLE uno (id INT);");

    [Fact]
    public async Task TwoWorkersAtOnceAndOneMoreLater_EachScriptOnce()
    {
        using TemporaryDirectory directory = new();
        await using MariaDbServer server = new(new() { Directory = directory.Path });
        await server.StartAsync(TestContext.Current.CancellationToken);
        IReadOnlyList<Migration> all = Migration.LoadEmbedded();

        int[] applied = await Task.WhenAll(MigrateAsync(server, all), MigrateAsync(server, all));

        applied.Order().ShouldBe([0, all.Count]);
        (await MigrateAsync(server, all)).ShouldBe(0);
    }

    [Fact]
    public async Task AppliedScriptEdited_RefusedByName()
    {
        using TemporaryDirectory directory = new();
        await using MariaDbServer server = new(new() { Directory = directory.Path });
        await server.StartAsync(TestContext.Current.CancellationToken);
        await MigrateAsync(server, [One]);

        MigrationException fault = await Should.ThrowAsync<MigrationException>(() => MigrateAsync(server, [One with { Text = "CREATE TABLE two (id INT)" }]));

        fault.Message.ShouldContain("0001_one.sql");
    }

    [Fact]
    public async Task CrashedBetweenAStatementAndItsCount_GoesOnFromThere()
    {
        using TemporaryDirectory directory = new();
        await using MariaDbServer server = new(new() { Directory = directory.Path });
        await server.StartAsync(TestContext.Current.CancellationToken);
        await MigrateAsync(server, [One]);
        await using (System.Data.Common.DbConnection connection = await Database(server).OpenAsync(TestContext.Current.CancellationToken))
        {
            await connection.ExecuteAsync("DROP TABLE uno; UPDATE schema_migrations SET statements_done = 0, finished_at = NULL");
        }

        (await MigrateAsync(server, [One])).ShouldBe(1);
        (await MigrateAsync(server, [One])).ShouldBe(0);
    }

    private static Task<int> MigrateAsync(MariaDbServer server, IReadOnlyList<Migration> migrations) =>
        new Migrator(Database(server), TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(migrations, CancellationToken.None);

    private static SeckillDatabase Database(MariaDbServer server) =>
        new(Options.Create(new Connections { Redis = "-", Kafka = "-", MySql = server.ConnectionString }));
}
