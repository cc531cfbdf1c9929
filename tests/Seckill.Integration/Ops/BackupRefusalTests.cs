using System.CommandLine;
using Seckill.Core.Redis;
using Seckill.Integration.Orders;
using Seckill.Local;
using Seckill.Local.Servers;
using Seckill.Ops.Backup;
using Seckill.Ops.Doctor;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Ops;

/// <summary>What <c>backup</c> and <c>restore</c> refuse: each in a sentence that says what to do, and nothing is written or changed.</summary>
public sealed class BackupRefusalTests : IDisposable
{
    private const string Right = "open-barley-gate";

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Target => _directory.Combine("backup");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("--redis", "127.0.0.1:1,ssl=maybe", "Redis", "boolean")]
    [InlineData("--redis", "127.0.0.1:1,user=ops", "Redis", "user")]
    [InlineData("--redis", "127.0.0.1:1,ssl=true,sslCa=/no/such/file", "Redis", "/no/such/file")]
    [InlineData("--redis", "127.0.0.1:1,sslCa=/no/such/file", "Redis", "ssl=true")]
    [InlineData("--mysql", "garbage", "MySQL", "initialization string")]
    [InlineData("--mysql", "Server=127.0.0.1;Database=seckill;SslCa=/no/such/file", "MySQL", "SSL_CERT_FILE")]
    public async Task AddressThatCannotBeUsed_IsNamed(string option, string value, string server, string why)
    {
        string[] addresses = option == "--redis"
            ? ["--redis", value, "--mysql", "Server=127.0.0.1;Port=1;Database=seckill"]
            : ["--redis", "127.0.0.1:1", "--mysql", value];

        OpsRun backup = await OpsRun.OfAsync(BackupCommand.Create, _directory.Path, [Target, .. addresses]);
        (backup.Exit, backup.Output.Contains(server, StringComparison.Ordinal), backup.Output.Contains(why, StringComparison.Ordinal)).ShouldBe((1, true, true), backup.Output);
        Directory.EnumerateFileSystemEntries(_directory.Path).ShouldBeEmpty();

        OpsRun doctor = await OpsRun.OfAsync(DoctorCommand.Create, _directory.Path, [.. addresses, "--json"]);
        doctor.Exit.ShouldBe(1);
        doctor.Json.EnumerateArray().ShouldContain(one =>
            string.Equals(one.GetProperty("area").GetString(), server, StringComparison.OrdinalIgnoreCase) && one.GetProperty("check").GetString() == "address" && one.GetProperty("seen").GetString()!.Contains(why, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("99")]
    [InlineData("0")]
    public async Task PauseThatIsNone_IsRefused(string pause)
    {
        OpsRun run = await OpsRun.OfAsync(BackupCommand.Create, _directory.Path, Target, "--max-pause", pause);

        run.Exit.ShouldBe(1);
        run.Output.ShouldContain("--max-pause");
    }

    [Fact]
    public async Task DirectoryThatCannotBeMade_IsRefusedInASentence()
    {
        string file = _directory.Combine("file");
        await File.WriteAllTextAsync(file, "in the way", Stop);

        OpsRun run = await OpsRun.OfAsync(
            BackupCommand.Create, _directory.Path, Path.Combine(file, "backup"), "--redis", "127.0.0.1:1", "--mysql", "Server=127.0.0.1;Port=1;Database=seckill");

        run.Exit.ShouldBe(1);
        run.Output.ShouldContain("cannot be written");
        run.Output.ShouldContain("Name a directory");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"format":1}""")]
    [InlineData("""{"format":1,"files":[]}""")]
    [InlineData("null")]
    [InlineData("[")]
    public async Task ManifestThatIsNone_IsRefused(string manifest)
    {
        Directory.CreateDirectory(Target);
        await File.WriteAllTextAsync(Path.Combine(Target, "manifest.json"), manifest, Stop);

        OpsRun run = await OpsRun.OfAsync(RestoreCommand.Create, _directory.Path, Target, "--redis", "127.0.0.1:1", "--mysql", "Server=127.0.0.1;Port=1;Database=seckill");

        run.Exit.ShouldBe(1);
        run.Output.ShouldStartWith(Target);
    }

    [Fact]
    public async Task WrongPasswords_AreSaidToBeWrong_NotServersThatAreAway()
    {
        await using RedisServer redis = new(new() { Directory = _directory.Combine("redis"), Arguments = ["--requirepass", Right] });
        await using MariaDbServer mariaDb = new(new() { Directory = _directory.Combine("mariadb"), TemplateDirectory = await MigratedTemplate.DirectoryAsync() });
        await Task.WhenAll(redis.StartAsync(Stop), mariaDb.StartAsync(Stop));
        (await RunAsync(BackupCommand.Create, $"{redis.Endpoint},password={Right}", mariaDb.ConnectionString)).Exit.ShouldBe(0);

        foreach (string address in (string[])[redis.Endpoint, $"{redis.Endpoint},password={Right}-not"])
        {
            foreach (Func<Option<DirectoryInfo>, Command> command in (Func<Option<DirectoryInfo>, Command>[])[BackupCommand.Create, RestoreCommand.Create])
            {
                OpsRun run = await RunAsync(command, address, mariaDb.ConnectionString, command == BackupCommand.Create ? "other" : "backup");
                run.Exit.ShouldBe(1, run.Output);
                run.Output.ShouldContain("Correct password=");
            }

            OpsRun doctor = await OpsRun.OfAsync(DoctorCommand.Create, _directory.Path, "--redis", address, "--json");
            string seen = doctor.Json.EnumerateArray().Single(one => one.GetProperty("area").GetString() == "redis").GetProperty("seen").GetString()!;
            seen.ShouldContain("Correct password=");
            seen.ShouldNotContain(Right);
        }

        OpsRun mysql = await RunAsync(BackupCommand.Create, $"{redis.Endpoint},password={Right}", $"Server=127.0.0.1;Port={mariaDb.Port};User ID=seckill;Database=seckill", "other");
        (mysql.Exit, mysql.Output.Contains("refuses", StringComparison.Ordinal)).ShouldBe((1, true), mysql.Output);
        Path.Exists(_directory.Combine("other.partial")).ShouldBeFalse();
        Path.Exists(_directory.Combine("other")).ShouldBeFalse();
    }

    [Fact]
    public async Task RedisCluster_IsRefusedByName_WhicheverNodesAreNamed_AndNothingIsWritten()
    {
        await using RedisCluster cluster = new(folder => new() { Directory = _directory.Combine(folder) });
        await using RedisServer single = new(new() { Directory = _directory.Combine("single") });
        await using MariaDbServer mariaDb = new(new() { Directory = _directory.Combine("mariadb"), TemplateDirectory = await MigratedTemplate.DirectoryAsync() });
        await Task.WhenAll(cluster.StartAsync(Stop), single.StartAsync(Stop), mariaDb.StartAsync(Stop));
        using RedisConnection client = new(cluster.Endpoints, "test");
        await client.RunAsync(db => db.StringSetAsync("{a}:kept", "as it was"));
        (await RunAsync(BackupCommand.Create, single.Endpoint, mariaDb.ConnectionString)).Exit.ShouldBe(0);

        foreach (string address in (string[])[cluster.Endpoints, cluster.Nodes[1].Endpoint])
        {
            OpsRun backup = await RunAsync(BackupCommand.Create, address, mariaDb.ConnectionString, "of-cluster");
            OpsRun restore = await RunAsync(RestoreCommand.Create, address, mariaDb.ConnectionString, "backup", "--overwrite");
            foreach (OpsRun run in (OpsRun[])[backup, restore])
            {
                run.Exit.ShouldBe(1, run.Output);
                run.Output.ShouldContain("Redis Cluster");
                run.Output.ShouldContain("docs/backup.md");
                run.Output.ShouldContain("Nothing was changed");
            }
        }

        Directory.EnumerateDirectories(_directory.Path, "of-cluster*").ShouldBeEmpty();
        ((string?)await client.RunAsync(db => db.StringGetAsync("{a}:kept"))).ShouldBe("as it was");
        OpsRun doctor = await OpsRun.OfAsync(DoctorCommand.Create, _directory.Path, "--redis", cluster.Nodes[0].Endpoint, "--json");
        doctor.Json.EnumerateArray().Single(one => one.GetProperty("check").GetString() == "cluster").GetProperty("verdict").GetString().ShouldBe("not-looked");
    }

    [Fact]
    public async Task Replica_IsRefused()
    {
        await using RedisServer primary = new(new() { Directory = _directory.Combine("primary") });
        await primary.StartAsync(Stop);
        await using RedisServer replica = new(new() { Directory = _directory.Combine("replica"), ReplicaOf = primary.Port });
        await using MariaDbServer mariaDb = new(new() { Directory = _directory.Combine("mariadb"), TemplateDirectory = await MigratedTemplate.DirectoryAsync() });
        await Task.WhenAll(replica.StartAsync(Stop), mariaDb.StartAsync(Stop));

        OpsRun run = await RunAsync(BackupCommand.Create, replica.Endpoint, mariaDb.ConnectionString);

        (run.Exit, run.Output.Contains("name the primary", StringComparison.Ordinal)).ShouldBe((1, true), run.Output);
        Directory.EnumerateDirectories(_directory.Path, "backup*").ShouldBeEmpty();
    }

    private Task<OpsRun> RunAsync(Func<Option<DirectoryInfo>, Command> command, string redis, string mysql, string directory = "backup", params string[] more) =>
        OpsRun.OfAsync(command, _directory.Path, [_directory.Combine(directory), "--redis", redis, "--mysql", mysql, .. command == BackupCommand.Create ? (string[])["--max-pause", "20"] : [], .. more]);
}
