using Push.Hub.Tests.Support;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.Local;
using Seckill.Local.Servers;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Deploy;

/// <summary>A real redis-server on the files of <c>deploy/redis</c>, started by their own script with a password from a file.</summary>
public sealed class RedisFilesTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<ManagedServer> _servers = [];

    [Fact]
    public async Task PrimaryAndReplica_StartOnTheFiles_AskForThePassword_AndReplicate()
    {
        ConfiguredRedis primary = await StartAsync("primary");
        ConfiguredRedis replica = await StartAsync("replica", "--replicaof", "127.0.0.1", $"{primary.Port}");
        using ConnectionMultiplexer first = await primary.ConnectAsync();
        using ConnectionMultiplexer second = await replica.ConnectAsync();
        IServer copy = second.GetServer("127.0.0.1", replica.Port);

        await first.GetDatabase().StringSetAsync("sold", "1");
        await Eventually.TrueAsync(async () => (await copy.InfoRawAsync("replication")).Contains("master_link_status:up", StringComparison.Ordinal), "the replica has its link");
        await Eventually.TrueAsync(async () => await second.GetDatabase().StringGetAsync("sold", CommandFlags.PreferSlave) == "1", "the replica has what was written");

        (await Should.ThrowAsync<ServerFailedException>(RedisCommand.SendAsync(primary.Port, ["PING"]))).Message.ShouldContain("NOAUTH");
        (await Should.ThrowAsync<ServerFailedException>(RedisCommand.SendAsync(replica.Port, ["PING"]))).Message.ShouldContain("NOAUTH");
        (await File.ReadAllTextAsync($"/proc/{primary.Pid}/cmdline", TestContext.Current.CancellationToken)).ShouldNotContain(ConfiguredRedis.Password);
        (await File.ReadAllTextAsync(primary.LogFile, TestContext.Current.CancellationToken)).ShouldNotContain(ConfiguredRedis.Password);
    }

    [Fact]
    public async Task EveryLine_IsWhatTheServerHas_AndNoneOnlyRepeatsItsDefault()
    {
        ConfiguredRedis ours = await StartAsync("primary");
        await using RedisServer plain = new(new RedisServerOptions { Directory = _directory.Combine("plain") });
        await plain.StartAsync(TestContext.Current.CancellationToken);
        using ConnectionMultiplexer configured = await ours.ConnectAsync();
        IServer server = configured.GetServer("127.0.0.1", ours.Port);
        using ConnectionMultiplexer standards = await RedisConnection.OpenMultiplexerAsync($"{plain.Endpoint},allowAdmin=true", "test", ordered: false);

        // The local stack starts redis-server with these of its own; everything else of it is the default.
        string[] notDefaultThere = ["appendonly", "save", "repl-diskless-sync-delay", "bind"];
        foreach ((string name, string value) in Directives("redis.conf").Where(line => line.Name != "bind"))
        {
            string has = (await server.ConfigGetAsync(name)).Single().Value;
            string standard = (await standards.GetServer("127.0.0.1", plain.Port).ConfigGetAsync(name)).Single().Value;
            if (name == "client-output-buffer-limit")
            {
                string[] parts = value.Split(' ');
                string limits = $"{(parts[0] == "replica" ? "slave" : parts[0])} {Bytes(parts[1])} {Bytes(parts[2])} {parts[3]}";
                has.ShouldContain(limits);
                standard.ShouldNotContain(limits);
            }
            else
            {
                has.ShouldBe(Bytes(value), name);
                (notDefaultThere.Contains(name) || has != standard).ShouldBeTrue($"{name} only repeats the default");
            }
        }

        (await server.ConfigGetAsync("maxmemory-policy")).Single().Value.ShouldBe("noeviction");
    }

    [Theory]
    [InlineData("redis.conf")]
    [InlineData("replica.conf")]
    public void EveryLine_IsExplained(string file) => Explanations.Missing(DeployFolder.PathOf("redis", file), comment: "#").ShouldBeEmpty();

    /// <summary>What the Worker compares at its start, for the durability that the deployments name.</summary>
    [Fact]
    public async Task TheServer_KeepsWhatTheHostsAreToldThatItKeeps()
    {
        ComposeFile compose = ComposeFile.Read();
        StockOptions options = new() { Durability = Enum.Parse<StockDurability>(compose.Services["worker-1"].Text("environment", "Seckill__Stock__Durability")!) };
        ConfiguredRedis ours = await StartAsync("primary");
        using RedisConnection connection = new(ours.ConnectionString, "test");

        (await RedisSettingsCheck.ReadAsync(connection)).FaultsFor(options).ShouldBeEmpty();
    }

    [Fact]
    public void MoreMemoryThanTheContainerHas_IsNeverTaken()
    {
        ComposeFile compose = ComposeFile.Read();
        long max = long.Parse(Bytes(Directives("redis.conf").Single(line => line.Name == "maxmemory").Value));
        foreach (string service in new[] { "redis-primary", "redis-replica" })
        {
            long limit = long.Parse(Bytes(compose.Services[service].Text("deploy", "resources", "limits", "memory") + "b"));
            (max * 3 / 2).ShouldBeLessThanOrEqualTo(limit, "a rewrite and a replica that attaches need the rest");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ManagedServer server in _servers)
        {
            await server.DisposeAsync();
        }

        _directory.Dispose();
    }

    private static IEnumerable<(string Name, string Value)> Directives(string file) => File.ReadLines(DeployFolder.PathOf("redis", file))
        .Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => line.Split(' ', 2)).Select(parts => (parts[0], parts[1].Trim('"')));

    /// <summary>Redis's units in bytes; what has none stays as it is.</summary>
    private static string Bytes(string value) => value switch
    {
        [.. var number, 'm', 'b'] when long.TryParse(number, out long megabytes) => $"{megabytes << 20}",
        [.. var number, 'g', 'b'] when long.TryParse(number, out long gigabytes) => $"{gigabytes << 30}",
        _ => value,
    };

    private async Task<ConfiguredRedis> StartAsync(string role, params string[] arguments)
    {
        ConfiguredRedis server = new(role, _directory.Combine(role), arguments);
        _servers.Add(server);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }
}
