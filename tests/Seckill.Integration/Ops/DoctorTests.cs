using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Seckill.Core.Messaging;
using Seckill.Integration.Orders;
using Seckill.Local;
using Seckill.Local.Processes;
using Seckill.Local.Servers;
using Seckill.Ops.Doctor;
using Seckill.Ops.Kafka;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Ops;

/// <summary><c>./seckill doctor</c>, against servers that are really set wrong, and machines and configurations made up for it.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("10.0.12", "Warning")]
    [InlineData("10.0.13", "Ok")]
    [InlineData("10.1.0", "Ok")]
    public void RuntimeWithKnownHoles_IsAWarning(string version, string verdict) => MachineChecks.Runtime(Version.Parse(version)).Verdict.ToString().ShouldBe(verdict);

    [Fact]
    public async Task ServersSetWrong_EachIsNamedWithItsFix_Exit1()
    {
        await using RedisServer redis = new(new() { Directory = _directory.Combine("redis"), Arguments = ["--maxmemory-policy", "allkeys-lru"] });
        await using MariaDbServer mariaDb = new(new()
        {
            Directory = _directory.Combine("mariadb"),
            TemplateDirectory = await MigratedTemplate.DirectoryAsync(),
            Arguments = ["--innodb-flush-log-at-trx-commit=2", "--sql-mode=", "--max-connections=20"],
        });
        await Task.WhenAll(redis.StartAsync(), mariaDb.StartAsync());
        using KafkaMockCluster kafka = new(brokers: 1, KafkaTopics.All.Skip(1));

        OpsRun run = await RunAsync("--redis", redis.Endpoint, "--mysql", mariaDb.ConnectionString, "--kafka", kafka.BootstrapServers, "--json");

        run.Exit.ShouldBe(1);
        Finding(run, "redis", "settings", "maxmemory-policy is allkeys-lru").ShouldBe(("wrong", "set noeviction"));
        Finding(run, "redis", "settings", "appendonly is no").ShouldBe(("wrong", "set appendonly yes"));
        Finding(run, "redis", "replicas", "0").Verdict.ShouldBe("warning");
        Finding(run, "mysql", "innodb_flush_log_at_trx_commit", "2").Fix.ShouldStartWith("set innodb_flush_log_at_trx_commit=1");
        Finding(run, "mysql", "sql_mode", "(empty)").Verdict.ShouldBe("wrong");
        Finding(run, "mysql", "max_connections", "20").Verdict.ShouldBe("warning");
        Finding(run, "mysql", "schema", "all ").Verdict.ShouldBe("ok");
        Finding(run, "kafka", "topics", "seckill.reservations does not exist").Verdict.ShouldBe("wrong");
        Finding(run, "kafka", "brokers", "1").Verdict.ShouldBe("warning");
        Finding(run, "kafka", "retention, cleanup, in-sync minimum", "these brokers do not tell").Verdict.ShouldBe("not-looked");
        Finding(run, "clocks", "this machine and Redis", "ms apart").Verdict.ShouldBe("ok");
        Finding(run, "clocks", "this machine and MySQL", "ms apart").Verdict.ShouldBe("ok");
        run.Json.EnumerateArray().Count(one => one.GetProperty("area").GetString() == "ports").ShouldBeGreaterThanOrEqualTo(2);

        OpsRun topics = await OpsRun.OfAsync(KafkaCommand.Create, _directory.Path, "topics", "--kafka", kafka.BootstrapServers);
        (topics.Exit, topics.Output.Contains("does not exist", StringComparison.Ordinal)).ShouldBe((1, true));
    }

    [Fact]
    public async Task ServersAsTheyShouldBe_NothingIsWrongWithThem_AndASchemaThatIsMissingIsAWarning()
    {
        await using RedisServer redis = new(new() { Directory = _directory.Combine("redis"), Persistence = RedisPersistence.EverySecond });
        await using MariaDbServer mariaDb = new(new() { Directory = _directory.Combine("mariadb") });
        await Task.WhenAll(redis.StartAsync(), mariaDb.StartAsync());
        using KafkaMockCluster kafka = new();

        OpsRun run = await RunAsync("--redis", redis.Endpoint, "--mysql", mariaDb.ConnectionString, "--kafka", kafka.BootstrapServers, "--json");

        run.Json.EnumerateArray().Where(one => one.GetProperty("area").GetString() is not "machine" && one.GetProperty("verdict").GetString() == "wrong").ShouldBeEmpty();
        run.Exit.ShouldBe(run.Json.EnumerateArray().Any(one => one.GetProperty("verdict").GetString() == "wrong") ? 1 : 0);
        (string verdict, string fix) = Finding(run, "mysql", "schema", "none; this build has");
        verdict.ShouldBe("warning");
        fix.ShouldContain("start a Worker");
    }

    [Fact]
    public async Task ServersAway_AreWrong_AndTheOthersAreLookedAtNoneTheLess()
    {
        string nowhere = $"127.0.0.1:{FreePorts.Next()}";
        using KafkaMockCluster kafka = new();

        OpsRun run = await RunAsync("--redis", nowhere, "--mysql", $"Server=127.0.0.1;Port={FreePorts.Next()};User ID=nobody;Database=none", "--kafka", kafka.BootstrapServers, "--json");

        run.Exit.ShouldBe(1);
        Finding(run, "redis", "answers", nowhere).Verdict.ShouldBe("wrong");
        Finding(run, "mysql", "answers", string.Empty).Verdict.ShouldBe("wrong");
        Finding(run, "kafka", "topics", "as the engine needs them").Verdict.ShouldBe("ok");
        Finding(run, "clocks", "this machine and Redis", "it does not answer").Verdict.ShouldBe("not-looked");
    }

    [Fact]
    public void MachineThatIsSetForDesktops_IsWarnedOf_WithTheCommandThatMendsIt()
    {
        Fake("proc/sys/net/core/somaxconn", "128");
        Fake("proc/sys/net/ipv4/tcp_max_syn_backlog", "4096");
        Fake("proc/sys/vm/overcommit_memory", "0");
        Fake("sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never");
        Fake("proc/self/limits", "Limit                     Soft Limit           Hard Limit           Units\nMax open files            1024                 2048                 files");
        Fake("proc/meminfo", "MemTotal:        2030000 kB\nMemAvailable:     100000 kB");

        Dictionary<string, Finding> findings = new MachineChecks(_directory.Path, _directory.Path).Run().ToDictionary(finding => finding.Check);

        findings["net.core.somaxconn"].ShouldBe(new Finding("machine", "net.core.somaxconn", Verdict.Warning, "128", findings["net.core.somaxconn"].Fix));
        findings["net.core.somaxconn"].Fix.ShouldStartWith("sysctl -w net.core.somaxconn=4096");
        findings["net.ipv4.tcp_max_syn_backlog"].Verdict.ShouldBe(Verdict.Ok);
        findings["vm.overcommit_memory"].Verdict.ShouldBe(Verdict.Warning);
        findings["transparent huge pages"].Verdict.ShouldBe(Verdict.Warning);
        findings["open files (hard limit)"].Verdict.ShouldBe(Verdict.Wrong);
        findings["memory"].Verdict.ShouldBe(Verdict.Warning);
        findings["flush to disk"].Seen.ShouldContain("median");
    }

    [Fact]
    public void ClockBeforeTheBuild_IsWrong()
    {
        DateTimeOffset built = new(File.GetLastWriteTimeUtc(typeof(MachineChecks).Assembly.Location));

        Clock(built.AddDays(-2)).Verdict.ShouldBe(Verdict.Wrong);
        Clock(built.AddDays(-2)).Fix.ShouldContain("chronyc");
        Clock(built).Verdict.ShouldBe(Verdict.Ok);

        Finding Clock(DateTimeOffset now) => new MachineChecks(_directory.Path, _directory.Path, new SetClock(now)).Run().Single(finding => finding.Check == "clock");
    }

    [Theory]
    [InlineData("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64", "Ok")]
    [InlineData("Redis server v=6.0.16 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64", "Warning")]
    [InlineData("what?", "NotLooked")]
    public void ToolThatIsTooOld_IsWarnedOf(string said, string verdict) =>
        MachineChecks.VersionOf("redis-server", "/usr/bin/redis-server", said, new Version(6, 2), "apt-get install redis-server").Verdict.ToString().ShouldBe(verdict);

    [Fact]
    public void ContainerWithLessMemoryThanItsMachine_IsJudgedByItsOwn()
    {
        Fake("proc/meminfo", "MemTotal:       64000000 kB\nMemAvailable:   32000000 kB");
        Memory().Verdict.ShouldBe(Verdict.Ok);
        Fake("sys/fs/cgroup/memory.max", "max");
        Fake("sys/fs/cgroup/memory.current", "300000000");
        Memory().Verdict.ShouldBe(Verdict.Ok);

        Fake("sys/fs/cgroup/memory.max", "500000000");

        Memory().Verdict.ShouldBe(Verdict.Warning);
        Memory().Seen.ShouldBe("0.2 GiB available to this container");

        Finding Memory() => new MachineChecks(_directory.Path, _directory.Path).Run().Single(finding => finding.Check == "memory");
    }

    [Fact]
    public void MachineThatTellsNothing_IsNotJudged() => new MachineChecks(_directory.Path, _directory.Path).Run()
        .Where(finding => finding.Check is "net.core.somaxconn" or "vm.overcommit_memory" or "memory" or "open files (hard limit)").ShouldAllBe(finding => finding.Verdict == Verdict.NotLooked);

    [Theory]
    [InlineData("Seckill:Stok:CallTimeout", "00:00:01", "Seckill:Stok", "nobody reads it")]
    [InlineData("Seckill:Stock:CallTimeout", "01:00:00", "Seckill:Stock", "CallTimeout")]
    [InlineData("Seckill:Stock:CallTimeuot", "00:00:01", "Seckill:Stock", "CallTimeuot")]
    [InlineData("Seckill:Stock:MaxOutboxLength", "many", "Seckill:Stock", "many")]
    [InlineData("Seckill:Hub:NoSuchKey", "1", "Seckill:Hub", "NoSuchKey")]
    [InlineData("Seckill:Receipts:Keys:0", "changeme-changeme-changeme-changeme", "Seckill:Receipts:Keys:0", "placeholder")]
    [InlineData("Seckill:Auth:Keys:0:Secret", Shared, "Seckill:GrabTokens:Keys:0", "the same secret as Seckill:Auth:Keys:0:Secret")]
    [InlineData("Seckill:Receipts:KeyFiles:0", "/no/such/file", "Seckill:Receipts:KeyFiles:0", "there is no such file")]
    [InlineData("Seckill:Kafka", "", "Seckill:Kafka", "missing")]
    public void ConfigurationThatIsWrong_IsNamedByItsKey(string key, string value, string check, string seen)
    {
        Dictionary<string, string?> settings = Valid();
        settings[key] = value;

        Finding[] wrong = [.. Check(settings).Where(finding => finding.Verdict is Verdict.Wrong)];

        Finding found = wrong.ShouldHaveSingleItem();
        found.Check.ShouldBe(check);
        found.Seen.ShouldContain(seen);
        found.Fix.ShouldNotBeEmpty();
    }

    [Fact]
    public void NothingConfigured_IsNotJudged() => Check([]).ShouldAllBe(finding => finding.Verdict == Verdict.NotLooked);

    [Fact]
    public void ConfigurationThatIsRight_HasNothingWrong() => Check(Valid()).ShouldAllBe(finding => finding.Verdict == Verdict.Ok);

    [Fact]
    public void ConfigurationForDevelopment_IsWarnedOf()
    {
        Dictionary<string, string?> settings = Valid();
        settings["ASPNETCORE_ENVIRONMENT"] = "Development";
        settings["Seckill:Redis"] = "redis.internal:6379";

        Check(settings).Where(finding => finding.Verdict is Verdict.Warning).Select(finding => finding.Check).ShouldBe(["environment", "password of Redis"], ignoreOrder: true);
    }

    [Fact]
    public async Task SettingsFileThatIsMissing_IsRefusedInASentence()
    {
        OpsRun run = await RunAsync("--settings", _directory.Combine("none.json"));

        run.Exit.ShouldBe(1);
        run.Output.ShouldEndWith("none.json does not exist.");
        (await RunAsync("--settings", _directory.Path)).Output.ShouldContain("is a directory");
    }

    private sealed class SetClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private const string Shared = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";

    private static Dictionary<string, string?> Valid() => new()
    {
        ["Seckill:Redis"] = "127.0.0.1:6379",
        ["Seckill:Kafka"] = "127.0.0.1:9092",
        ["Seckill:MySql"] = "Server=127.0.0.1;Database=seckill",
        ["Seckill:Auth:Issuer"] = "shop",
        ["Seckill:Auth:Audience"] = "seckill",
        ["Seckill:Auth:Keys:0:Id"] = "k1",
        ["Seckill:Auth:Keys:0:Secret"] = "b1946ac92492d2347c6235b4d2611184b1946ac92492d2347c6235b4d2611184",
        ["Seckill:PaymentCallbacks:Keys:0:Id"] = "k1",
        ["Seckill:PaymentCallbacks:Keys:0:Secret"] = "591785b794601e212b260e25925636fd591785b794601e212b260e25925636fd",
        ["Seckill:Receipts:Keys:0"] = "6f5902ac237024bdd0c176cb93063dc46f5902ac237024bdd0c176cb93063dc4",
        ["Seckill:GrabTokens:Keys:0"] = Shared,
        ["Seckill:PaymentSandbox:CallbackUrl"] = "http://127.0.0.1:8080/api/v1/payments/callbacks",
        ["Seckill:Pages:HubUrl"] = "http://127.0.0.1:8081/hubs/push",
    };

    private static List<Finding> Check(Dictionary<string, string?> settings) => [.. new ConfigurationChecks(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).Run()];

    private Task<OpsRun> RunAsync(params string[] arguments) => OpsRun.OfAsync(DoctorCommand.Create, _directory.Path, arguments);

    private static (string Verdict, string Fix) Finding(OpsRun run, string area, string check, string seen)
    {
        JsonElement found = run.Json.EnumerateArray().Where(one =>
                one.GetProperty("area").GetString() == area && one.GetProperty("check").GetString() == check && one.GetProperty("seen").GetString()!.Contains(seen, StringComparison.Ordinal))
            .ShouldHaveSingleItem($"{area}, {check}, {seen} in:\n{run.Output}");
        return (found.GetProperty("verdict").GetString()!, found.GetProperty("fix").GetString()!);
    }

    private void Fake(string file, string text)
    {
        string path = _directory.Combine(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
