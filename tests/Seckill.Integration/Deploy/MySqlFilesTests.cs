using Dapper;
using MySql.Data.MySqlClient;
using Seckill.Core.Database;
using Seckill.Local;
using Seckill.Local.Processes;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Deploy;

/// <summary>
/// MySQL's file on a real server. MySQL itself is not to be had where this is built: mariadbd reads the file's group for both, and the group for MySQL 8.4 alone is held against a list of names that were looked
/// up in its manual.
/// </summary>
public sealed class MySqlFilesTests
{
    private static readonly string File = DeployFolder.PathOf("mysql", "my.cnf");

    [Fact]
    public async Task AServerOnTheFile_HasWhatItSays()
    {
        using TemporaryDirectory directory = new();
        await using ConfiguredMariaDb server = new(directory.Path);
        await server.StartAsync(TestContext.Current.CancellationToken);
        await using MySqlConnection connection = new(server.ConnectionString);
        Dictionary<string, string> has = (await connection.QueryAsync<(string Name, string Value)>("SHOW GLOBAL VARIABLES")).ToDictionary(row => row.Name, row => row.Value);

        foreach ((string name, string value) in Settings("[mysqld]"))
        {
            if (name == "log_bin")
            {
                has["log_bin"].ShouldBe("ON");
                Path.GetFileName(has["log_bin_basename"]).ShouldBe(value);
            }
            else
            {
                Comparable(has[name]).ShouldBe(Comparable(value), name);
            }
        }
    }

    [Fact]
    public void WhatOnlyMySqlKnows_StandsInItsOwnGroup() =>
        Settings("[mysqld-8.4]").Select(setting => setting.Name).ShouldBe(["gtid_mode", "enforce_gtid_consistency", "innodb_redo_log_capacity", "mysqlx"]);

    [Fact]
    public void EveryLine_IsExplained() => Explanations.Missing(File, comment: "#").ShouldBeEmpty();

    /// <summary>The Worker takes every script of <c>deploy/mysql</c> for a migration: nothing else may lie there as one.</summary>
    [Fact]
    public void TheFile_IsNoMigration() =>
        Migration.LoadEmbedded().Count.ShouldBe(Directory.EnumerateFiles(DeployFolder.PathOf("mysql")).Count(file => Path.GetFileName(file) is [>= '0' and <= '9', ..] && file.EndsWith(".sql", StringComparison.Ordinal)));

    /// <summary>The image's entrypoint reads these scripts and gives them a function that sends SQL to the server: here it writes the SQL down.</summary>
    [Theory]
    [InlineData("primary.sh", "CREATE USER 'seckill'@'%' IDENTIFIED BY 'one' REQUIRE SSL;", "GRANT ALL ON `seckill%`.* TO 'seckill'@'%';", "CREATE USER 'replication'@'%' IDENTIFIED BY 'two' REQUIRE SSL;")]
    [InlineData("replica.sh", "SOURCE_HOST = 'mysql-primary', SOURCE_USER = 'replication', SOURCE_PASSWORD = 'two', SOURCE_AUTO_POSITION = 1", "SET PERSIST super_read_only = ON;", "START REPLICA;")]
    public async Task TheScriptsOfCompose_SayWhatTheyMean_WithThePasswordsFromFiles(string script, params string[] statements)
    {
        using TemporaryDirectory directory = new();
        await System.IO.File.WriteAllTextAsync(directory.Combine("one"), "one\n", TestContext.Current.CancellationToken);
        await System.IO.File.WriteAllTextAsync(directory.Combine("two"), "two\n", TestContext.Current.CancellationToken);
        string path = DeployFolder.PathOf("compose", "mysql", script);
#pragma warning disable CA1416 // Containers are deployed from Linux.
        System.IO.File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute).ShouldBeFalse("the entrypoint runs what is executable in a shell of its own, without the function");
#pragma warning restore CA1416

        using ChildProcess shell = await ChildProcess.StartAsync(
            ["bash", "-euo", "pipefail", "-c", $"docker_process_sql() {{ cat; }}; . '{path}'"], directory.Path, directory.Combine("sql"),
            new Dictionary<string, string> { ["SECKILL_PASSWORD_FILE"] = directory.Combine("one"), ["REPLICATION_PASSWORD_FILE"] = directory.Combine("two") });
        (await shell.WaitForExitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();

        string sql = await System.IO.File.ReadAllTextAsync(directory.Combine("sql"), TestContext.Current.CancellationToken);
        shell.ExitCode.ShouldBe(0, sql);
        statements.ShouldAllBe(statement => sql.Contains(statement, StringComparison.Ordinal), sql);
    }

    private static List<(string Name, string Value)> Settings(string group) =>
        [.. System.IO.File.ReadLines(File).SkipWhile(line => line != group).Skip(1).TakeWhile(line => !line.StartsWith('[')).Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Select(line => line.Split('=', 2, StringSplitOptions.TrimEntries)).Select(parts => (parts[0], parts[1]))];

    /// <summary>1G and 1073741824, 0.5 and 0.500000, are the same.</summary>
    private static string Comparable(string value) => value switch
    {
        [.. var number, 'G'] when long.TryParse(number, out long gigabytes) => $"{gigabytes << 30}",
        "1" => "ON",
        _ when value.Contains('.') && decimal.TryParse(value, out decimal number) => $"{number:0.###}",
        _ => value,
    };
}
