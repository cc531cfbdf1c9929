using MySql.Data.MySqlClient;
using Seckill.Local;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.LocalServers;

public sealed class MariaDbServerTests
{
    [Fact]
    public async Task KilledAfterACommit_TheRowIsThereAfterTheNextStart()
    {
        using TemporaryDirectory directory = new();
        await using MariaDbServer server = new(new() { Directory = directory.Path });
        await server.StartAsync(TestContext.Current.CancellationToken);
        await RunAsync(server, "CREATE TABLE units (sku INT PRIMARY KEY, sold INT) ENGINE = InnoDB");
        await RunAsync(server, "INSERT INTO units VALUES (1, 42)");

        await server.KillAsync();
        MySqlConnection.ClearAllPools();
        await server.StartAsync(TestContext.Current.CancellationToken);

        (await RunAsync(server, "SELECT sold FROM units WHERE sku = 1")).ShouldBe(42);
    }

    [Fact]
    public async Task NewInstanceOnOldData_SetsItsOwnPasswordAndKeepsTheRows()
    {
        using TemporaryDirectory directory = new();
        await using (MariaDbServer first = new(new() { Directory = directory.Path }))
        {
            await first.StartAsync(TestContext.Current.CancellationToken);
            await RunAsync(first, "CREATE TABLE units (sku INT PRIMARY KEY) ENGINE = InnoDB");
        }

        await using MariaDbServer second = new(new() { Directory = directory.Path });
        await second.StartAsync(TestContext.Current.CancellationToken);

        (await RunAsync(second, "SELECT COUNT(*) FROM units")).ShouldBe(0L);
    }

    [Fact]
    public async Task TheUserMayMakeDatabasesOfTheEngineAndNoOthers()
    {
        using TemporaryDirectory directory = new();
        await using MariaDbServer server = new(new() { Directory = directory.Path });
        await server.StartAsync(TestContext.Current.CancellationToken);

        await RunAsync(server, "CREATE DATABASE seckill_orders_1");
        await Should.ThrowAsync<MySqlException>(() => RunAsync(server, "CREATE DATABASE other"));
        await Should.ThrowAsync<MySqlException>(() => RunAsync(server, "SELECT * FROM mysql.global_priv"));
    }

    private static async Task<object?> RunAsync(MariaDbServer server, string sql)
    {
        await using MySqlConnection connection = new(server.ConnectionString);
        await connection.OpenAsync();
        await using MySqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
