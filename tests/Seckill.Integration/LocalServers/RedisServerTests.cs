using Seckill.Core.Redis;
using Seckill.Local;
using Seckill.Local.Servers;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.LocalServers;

public sealed class RedisServerTests
{
    [Fact]
    public async Task RestartedWithAppendOnlyFile_DataIsKept()
    {
        using TemporaryDirectory directory = new();
        await using RedisServer redis = new(new() { Directory = directory.Path, Persistence = RedisPersistence.EverySecond });
        await redis.StartAsync(TestContext.Current.CancellationToken);
        await SetAsync(redis, "left", "7");

        await redis.RestartAsync(TestContext.Current.CancellationToken);

        (await GetAsync(redis, "left")).ShouldBe("7");
    }

    [Fact]
    public async Task KilledAndStartedAgain_SamePortNewProcessAcknowledgedWriteKept()
    {
        using TemporaryDirectory directory = new();
        await using RedisServer redis = new(new() { Directory = directory.Path, Persistence = RedisPersistence.Always });
        await redis.StartAsync(TestContext.Current.CancellationToken);
        (int port, int pid) = (redis.Port, redis.Pid);
        await SetAsync(redis, "left", "7");

        await redis.KillAsync();
        redis.IsRunning.ShouldBeFalse();
        await redis.StartAsync(TestContext.Current.CancellationToken);

        redis.Port.ShouldBe(port);
        redis.Pid.ShouldNotBe(pid);
        (await GetAsync(redis, "left")).ShouldBe("7");
    }

    [Fact]
    public async Task WithoutPersistence_RestartIsEmpty()
    {
        using TemporaryDirectory directory = new();
        await using RedisServer redis = new(new() { Directory = directory.Path });
        await redis.StartAsync(TestContext.Current.CancellationToken);
        await SetAsync(redis, "left", "7");

        await redis.RestartAsync(TestContext.Current.CancellationToken);

        (await GetAsync(redis, "left")).ShouldBeNull();
    }

    [Fact]
    public async Task RestartedEmpty_NothingIsKeptThoughItWasFlushed()
    {
        using TemporaryDirectory directory = new();
        await using RedisServer redis = new(new() { Directory = directory.Path, Persistence = RedisPersistence.Always });
        await redis.StartAsync(TestContext.Current.CancellationToken);
        await SetAsync(redis, "left", "7");

        await redis.RestartEmptyAsync(TestContext.Current.CancellationToken);

        (await GetAsync(redis, "left")).ShouldBeNull();
    }

    [Fact]
    public async Task Paused_AnswersNothingUntilResumed()
    {
        using TemporaryDirectory directory = new();
        await using RedisServer redis = new(new() { Directory = directory.Path });
        await redis.StartAsync(TestContext.Current.CancellationToken);
        using ConnectionMultiplexer multiplexer = RedisConnection.OpenMultiplexer(redis.Endpoint, "test", ordered: false);
        await multiplexer.GetDatabase().PingAsync();

        redis.Pause();
        Task<TimeSpan> ping = multiplexer.GetDatabase().PingAsync();
        await Should.ThrowAsync<TimeoutException>(() => ping.WaitAsync(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken));
        redis.Resume();

        await ping.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task PortTaken_StartFailsAndNamesThePort()
    {
        using TemporaryDirectory directory = new();
        await using RedisServer first = new(new() { Directory = directory.Combine("first") });
        await first.StartAsync(TestContext.Current.CancellationToken);
        await using RedisServer second = new(new() { Directory = directory.Combine("second"), Port = first.Port });

        // The first server's PONG must not count as the second's.
        ServerFailedException error = await Should.ThrowAsync<ServerFailedException>(() => second.StartAsync(TestContext.Current.CancellationToken));

        error.Message.ShouldContain($"port {first.Port}");
        second.IsRunning.ShouldBeFalse();
    }

    private static async Task SetAsync(RedisServer redis, string key, string value)
    {
        using ConnectionMultiplexer multiplexer = RedisConnection.OpenMultiplexer(redis.Endpoint, "test", ordered: false);
        await multiplexer.GetDatabase().StringSetAsync(key, value);
    }

    private static async Task<string?> GetAsync(RedisServer redis, string key)
    {
        using ConnectionMultiplexer multiplexer = RedisConnection.OpenMultiplexer(redis.Endpoint, "test", ordered: false);
        return await multiplexer.GetDatabase().StringGetAsync(key);
    }
}
