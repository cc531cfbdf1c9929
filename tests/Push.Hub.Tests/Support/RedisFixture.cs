using Push.Hub.Tests.Support;
using Seckill.Local;
using Seckill.Local.Servers;
using Xunit;

[assembly: AssemblyFixture(typeof(RedisFixture))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Push.Hub.Tests.Support;

/// <summary>One real Redis with an append-only file for all tests; each test uses users and hubs of its own. Tests that break it leave it running.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();

    public RedisFixture()
    {
        Server = new RedisServer(new RedisServerOptions { Directory = _directory.Combine("redis"), Persistence = RedisPersistence.EverySecond });
    }

    public RedisServer Server { get; }

    public async ValueTask InitializeAsync() => await Server.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _directory.Dispose();
    }
}
