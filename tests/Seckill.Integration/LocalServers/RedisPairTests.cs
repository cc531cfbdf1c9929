using Seckill.Core.Redis;
using Seckill.Local;
using Seckill.Local.Faults;
using Seckill.Local.Servers;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.LocalServers;

public sealed class RedisPairTests
{
    [Fact]
    public async Task FailedOverToALaggingReplica_SameAddress_WhatItHadNotReceivedIsLost()
    {
        using TemporaryDirectory directory = new();
        await using RedisPair pair = new(folder => new() { Directory = directory.Combine(folder) });
        await pair.Primary.StartAsync(TestContext.Current.CancellationToken);
        await pair.Primary.SendAsync("SET", "early", "1");
        await pair.AddReplicaAsync(TestContext.Current.CancellationToken);
        await pair.Primary.SendAsync("SET", "copied", "2");
        await pair.Primary.WaitForCopyAsync(pair.Replica!, TimeSpan.FromSeconds(30));
        pair.StopCopying();
        await pair.Primary.SendAsync("SET", "late", "3");
        int primary = pair.Primary.Port;

        await pair.FailOverAsync();

        pair.Primary.Port.ShouldNotBe(primary);
        using ConnectionMultiplexer client = RedisConnection.OpenMultiplexer(pair.Address.Endpoint, "test", ordered: false);
        IDatabase db = client.GetDatabase();
        ((string?)await db.StringGetAsync("early")).ShouldBe("1");
        ((string?)await db.StringGetAsync("copied")).ShouldBe("2");
        ((string?)await db.StringGetAsync("late")).ShouldBeNull();
        await db.StringSetAsync("taken", "4");
        (await pair.Primary.SendAsync("GET", "taken")).ShouldBe("4");
    }

    [Fact]
    public async Task FailedOverTwice_TheSecondReplicaHasEverything()
    {
        using TemporaryDirectory directory = new();
        await using RedisPair pair = new(folder => new() { Directory = directory.Combine(folder) });
        await pair.Primary.StartAsync(TestContext.Current.CancellationToken);
        await pair.AddReplicaAsync(TestContext.Current.CancellationToken);
        await pair.FailOverAsync();
        await pair.Primary.SendAsync("SET", "left", "7");
        await pair.AddReplicaAsync(TestContext.Current.CancellationToken);
        await pair.FailOverAsync();

        (await pair.Primary.SendAsync("GET", "left")).ShouldBe("7");
    }

    /// <summary>It would come back as the replica of a server that is dead, and take no write ever again.</summary>
    [Fact]
    public async Task RestartedAfterAFailover_IsStillThePrimary()
    {
        using TemporaryDirectory directory = new();
        await using RedisPair pair = new(folder => new() { Directory = directory.Combine(folder) });
        await pair.Primary.StartAsync(TestContext.Current.CancellationToken);
        await pair.AddReplicaAsync(TestContext.Current.CancellationToken);
        await pair.FailOverAsync();

        await pair.Primary.KillAsync();
        await pair.Primary.StartAsync(TestContext.Current.CancellationToken);

        (await pair.Primary.SendAsync("SET", "a", "1")).ShouldBe("OK");
    }

    [Fact]
    public async Task ReplicaRefusesWrites_AndCutClientsComeAgain()
    {
        using TemporaryDirectory directory = new();
        await using RedisServer redis = new(new() { Directory = directory.Path });
        await redis.StartAsync(TestContext.Current.CancellationToken);
        using ConnectionMultiplexer client = RedisConnection.OpenMultiplexer(redis.Endpoint, "test", ordered: false);
        await client.GetDatabase().PingAsync();

        (await redis.CutClientsAsync()).ShouldBeGreaterThan(0);
        await redis.SendAsync("REPLICAOF", "127.0.0.1", "1");
        ServerFailedException refusal = await Should.ThrowAsync<ServerFailedException>(() => redis.SendAsync("SET", "a", "1"));
        refusal.Message.ShouldContain("READONLY");
        await redis.PromoteAsync();

        (await redis.SendAsync("SET", "a", "1")).ShouldBe("OK");
    }
}
