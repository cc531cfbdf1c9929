using Seckill.Core.Redis;
using Seckill.Local;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.LocalServers;

public sealed class RedisClusterTests
{
    [Fact]
    public async Task Started_KeysLieOnAllNodes_AndOneThatIsKilledComesBackWithItsOwn()
    {
        using TemporaryDirectory directory = new();
        await using RedisCluster cluster = new(folder => new() { Directory = directory.Combine(folder), Persistence = RedisPersistence.Always });
        await cluster.StartAsync(TestContext.Current.CancellationToken);
        using RedisConnection client = new(cluster.Endpoints, "test");
        string[] keys = [.. Enumerable.Range(0, 30).Select(i => $"{{{i}}}:stock")];
        RedisServer[] homes = await Task.WhenAll(keys.Select(cluster.NodeOfAsync));
        homes.Distinct().Count().ShouldBe(3);
        foreach (string key in keys)
        {
            await client.RunAsync(db => db.StringSetAsync(key, key));
        }

        RedisServer killed = homes[0];
        await killed.KillAsync();
        foreach ((string key, RedisServer home) in keys.Zip(homes).Where(pair => pair.Second != killed))
        {
            // Answered by the node itself, while the cluster lacks a third of its slots.
            (await home.SendAsync("GET", key)).ShouldBe(key);
        }

        await cluster.RestartAsync(killed, TestContext.Current.CancellationToken);

        foreach ((string key, RedisServer home) in keys.Zip(homes))
        {
            (await home.SendAsync("GET", key)).ShouldBe(key);
        }
    }

    [Fact]
    public async Task KeysAreGroupedBySlot_OnACluster()
    {
        using TemporaryDirectory directory = new();
        await using RedisCluster cluster = new(folder => new() { Directory = directory.Combine(folder) });
        await cluster.StartAsync(TestContext.Current.CancellationToken);
        using RedisConnection client = new(cluster.Endpoints, "test");
        await client.RunAsync(db => db.PingAsync());

        string[][] groups = [.. client.BySlot(["{a}:1", "{b}:1", "{a}:2"], key => key).Select(group => group.ToArray())];

        groups.ShouldBe([["{a}:1", "{a}:2"], ["{b}:1"]]);
    }
}
