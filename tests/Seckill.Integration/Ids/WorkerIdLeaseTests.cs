using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Local;
using Seckill.Local.Servers;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Ids;

public sealed class WorkerIdLeaseTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly RedisServer _server;
    private readonly ShiftedTime _time = new();
    private RedisConnection? _redis;

    public WorkerIdLeaseTests()
    {
        _server = new RedisServer(new() { Directory = _directory.Path });
    }

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _redis = new RedisConnection(_server.Endpoint, "lease-tests");
    }

    public async ValueTask DisposeAsync()
    {
        _redis?.Dispose();
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task AllButOneTaken_TwoNodesWant_OneGetsIt_TheOtherMakesNoIds()
    {
        // 255 ids are held by others, so both nodes must go for number 77.
        IDatabase db = _redis!.Database;
        await Task.WhenAll(Enumerable.Range(0, SnowflakeIds.WorkerCount).Where(n => n != 77)
            .Select(n => db.StringSetAsync($"seckill:worker:{n}", "another node", TimeSpan.FromMinutes(1))));
        using WorkerIdLease one = Lease();
        using WorkerIdLease other = Lease();

        await one.StartAsync(TestContext.Current.CancellationToken);
        await Eventually(() => one.Current == 77);
        await other.StartAsync(TestContext.Current.CancellationToken);

        // After the clean stop the id stays closed for as long as ids may have run ahead of the clock, then the other node gets it.
        other.Current.ShouldBeNull();
        await one.StopAsync(TestContext.Current.CancellationToken);
        one.Current.ShouldBeNull();
        (await db.KeyTimeToLiveAsync("seckill:worker:77"))!.Value.TotalMilliseconds.ShouldBeInRange(1, 2 * SnowflakeIds.MaxDriftMs);
        await Eventually(() => other.Current == 77);
        await other.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task RedisGone_IdIsGivenUpBeforeAnotherNodeCouldGetIt()
    {
        using WorkerIdLease lease = Lease();
        await lease.StartAsync(TestContext.Current.CancellationToken);
        await Eventually(() => lease.Current is not null);

        await _server.KillAsync();
        lease.Current.ShouldNotBeNull();
        _time.Shift += WorkerIdLease.LeaseTime * 2 / 3;

        lease.Current.ShouldBeNull();
        Should.Throw<IdsUnavailableException>(() => new SnowflakeIds(lease, TimeProvider.System).Next());
        await lease.StopAsync(TestContext.Current.CancellationToken);
    }

    private WorkerIdLease Lease() => new(_redis!, _time, NullLogger<WorkerIdLease>.Instance);

    private static async Task Eventually(Func<bool> condition)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    /// <summary>Real timers, but elapsed time can be moved on.</summary>
    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Shift.TotalSeconds * TimestampFrequency);
    }
}
