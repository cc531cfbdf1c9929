using Microsoft.Extensions.Options;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.Integration.Grab;
using Seckill.Local;
using Seckill.Local.Faults;
using Seckill.Local.Servers;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Redis;

/// <summary>A real Redis behind a proxy, and connections that end without a word.</summary>
public sealed class RedisConnectionTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private RedisServer _server = null!;
    private TcpProxy _proxy = null!;
    private RedisConnection _redis = null!;

    public async ValueTask InitializeAsync()
    {
        _server = new RedisServer(new() { Directory = _directory.Combine("redis") });
        await _server.StartAsync(TestContext.Current.CancellationToken);
        _proxy = new TcpProxy(_server.Port);
        _redis = new RedisConnection(_proxy.Endpoint, "connection-tests");
    }

    public async ValueTask DisposeAsync()
    {
        _redis.Dispose();
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task ConnectionFallsSilent_AnotherTakesItsPlace()
    {
        (await AnswersAsync()).ShouldBeTrue();

        _proxy.FallSilent().ShouldBeGreaterThan(0);

        (await AnswersAsync()).ShouldBeFalse("the proxy passes nothing on");
        await Eventually.TrueAsync(AnswersAsync);
    }

    [Fact]
    public async Task ServerFallsSilent_AnswersOnceItWakes()
    {
        (await AnswersAsync()).ShouldBeTrue();
        long before = _proxy.Accepted;

        _server.Pause();
        // Another connection was tried, to no avail: that must not cost the one there is.
        await Eventually.TrueAsync(() => _proxy.Accepted > before);
        _server.Resume();

        await Eventually.TrueAsync(AnswersAsync);
    }

    /// <summary>Goal: nobody waits for a Redis that is known to be silent, and nobody is turned away once it speaks. Method: a server that is paused and woken; what is refused must say that nothing was sent.</summary>
    [Fact]
    public async Task ServerIsSilent_CommandsAreRefusedUnsent_UntilItSpeaks()
    {
        (await AnswersAsync()).ShouldBeTrue();

        _server.Pause();
        await Eventually.TrueAsync(async () => await FaultAsync() is RedisSilentException);
        StockUnavailableException stock = await Should.ThrowAsync<StockUnavailableException>(() =>
            new StockStore(_redis, Options.Create(new StockOptions()), TimeProvider.System).ReadAsync(new StockBucket(new SaleId(1), new SkuId("cup"))));
        _server.Resume();

        stock.OutcomeUnknown.ShouldBeFalse("it was not asked");
        await Eventually.TrueAsync(AnswersAsync);
    }

    /// <summary>Goal: a process whose Redis is away goes on with everything else. Method: many open a connection at once to a server that takes it and says nothing; work that the thread pool is given after them must not wait for one of them.</summary>
    [Fact]
    public async Task ConnectionsAreOpenedToASilentServer_ThreadsAreFreeMeanwhile()
    {
        _server.Pause();
        using CountdownEvent begun = new(24);
        Task<ConnectionMultiplexer>[] opening = [.. Enumerable.Range(0, begun.InitialCount).Select(_ => Task.Run(() =>
        {
            begun.Signal();
            return RedisConnection.OpenMultiplexerAsync(_server.Endpoint, "tests", ordered: false);
        }))];

        // xUnit's own thread waits here, so that only the pool's are looked at.
        begun.Wait(TestContext.Current.CancellationToken);

        opening.ShouldAllBe(one => !one.IsCompleted);
        _server.Resume();
        foreach (ConnectionMultiplexer multiplexer in await Task.WhenAll(opening))
        {
            multiplexer.Dispose();
        }
    }

    private async Task<bool> AnswersAsync() => await FaultAsync() is null;

    private async Task<Exception?> FaultAsync()
    {
        try
        {
            await _redis.RunAsync(db => db.PingAsync());
            return null;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return fault;
        }
    }
}
