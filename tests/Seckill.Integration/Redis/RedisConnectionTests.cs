using Seckill.Core.Redis;
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

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await _redis.RunAsync(db => db.PingAsync());
            return true;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return false;
        }
    }
}
