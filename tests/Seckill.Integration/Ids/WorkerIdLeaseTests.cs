using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Integration.Grab;
using Seckill.Local;
using Seckill.Local.Servers;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Ids;

/// <summary>Goal: no worker id and time are ever given twice. Method: a real Redis, nodes with clocks of their own, renewals by hand.</summary>
public sealed class WorkerIdLeaseTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly RedisServer _server;
    private RedisConnection? _redis;

    public WorkerIdLeaseTests()
    {
        _server = new RedisServer(new() { Directory = _directory.Path });
    }

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        await _server.DeclareFirstDataAsync();
        _redis = new RedisConnection(_server.Endpoint, "lease-tests");
    }

    public async ValueTask DisposeAsync()
    {
        _redis?.Dispose();
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task OneLeft_TwoNodesWantIt_OneGetsIt_TheOtherMakesNoIds()
    {
        await HoldAllButAsync(77);
        using WorkerIdLease one = Lease(new ShiftedTime());
        using WorkerIdLease other = Lease(new ShiftedTime());

        (await one.RenewOrTakeAsync()).ShouldBeTrue();
        (await other.RenewOrTakeAsync()).ShouldBeFalse();

        one.Current!.Worker.ShouldBe(77);
        other.Current.ShouldBeNull();
    }

    [Fact]
    public async Task InAHost_TheLeaseIsTakenAndEndsWithIt()
    {
        using WorkerIdLease lease = Lease(new ShiftedTime());

        await lease.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => lease.Current is not null);
        await lease.StopAsync(TestContext.Current.CancellationToken);

        lease.Current.ShouldBeNull();
    }

    [Fact]
    public async Task LeaseRanOut_TheNextHolderStartsAfterAllThatTheFirstCouldMake()
    {
        await HoldAllButAsync(77);
        using WorkerIdLease paused = Lease(new ShiftedTime());
        await paused.RenewOrTakeAsync();
        WorkerIdGrant before = paused.Current!;
        using WorkerIdLease next = Lease(new ShiftedTime { Shift = WorkerIdLease.LeaseTime });

        // Redis lets go of the owner, as it does when the lease is over.
        await _redis!.RunAsync(db => db.KeyDeleteAsync(new WorkerIdKeys(77).Owner));
        await Eventually.TrueAsync(next.RenewOrTakeAsync);

        next.Current!.Worker.ShouldBe(77);
        next.Current.AfterMs.ShouldBeGreaterThanOrEqualTo(before.UntilMs);
        // The first one wakes up: it finds out, and what it had been granted is disjoint from the other's in any case.
        (await paused.RenewOrTakeAsync()).ShouldBeFalse();
        paused.Current.ShouldBeNull();
    }

    [Fact]
    public async Task RestartWithAClockInThePast_PassesOverWorkerIdsThatAreAheadOfIt()
    {
        await HoldAllButAsync(77);
        using WorkerIdLease before = Lease(new ShiftedTime());
        await before.RenewOrTakeAsync();
        await _redis!.RunAsync(db => db.KeyDeleteAsync(new WorkerIdKeys(77).Owner));

        using WorkerIdLease restarted = Lease(new ShiftedTime { WallShift = TimeSpan.FromMinutes(-5) });

        (await restarted.RenewOrTakeAsync()).ShouldBeFalse();
        restarted.Current.ShouldBeNull();
    }

    [Fact]
    public async Task RedisGone_TheIdIsGivenUpInTime()
    {
        ShiftedTime time = new();
        using WorkerIdLease lease = Lease(time);
        await lease.RenewOrTakeAsync();

        await _server.KillAsync();
        lease.Current.ShouldNotBeNull();
        time.Shift += WorkerIdLease.LeaseTime * 2 / 3;

        lease.Current.ShouldBeNull();
        Should.Throw<IdsUnavailableException>(() => new SnowflakeIds(lease, TimeProvider.System).Next());
    }

    [Fact]
    public async Task RedisCameBackEmpty_HoldersAreBelieved_NobodyNewIsLetIn_UntilItIsOlderThanALease()
    {
        await HoldAllButAsync(77, 78);
        using WorkerIdLease holder = Lease(new ShiftedTime());
        await holder.RenewOrTakeAsync();
        int worker = holder.Current!.Worker;
        long until = holder.Current.UntilMs;

        await _server.KillAsync();
        await _server.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(IsConnectedAsync);
        using WorkerIdLease newcomer = Lease(new ShiftedTime());

        (await newcomer.RenewOrTakeAsync()).ShouldBeFalse();
        (await holder.RenewOrTakeAsync()).ShouldBeTrue();
        holder.Current!.Worker.ShouldBe(worker);
        holder.Current.UntilMs.ShouldBeGreaterThanOrEqualTo(until);
        (await newcomer.RenewOrTakeAsync()).ShouldBeFalse();
        await Eventually.TrueAsync(async () => await holder.RenewOrTakeAsync() && await newcomer.RenewOrTakeAsync());
        newcomer.Current!.Worker.ShouldNotBe(worker);
    }

    private WorkerIdLease Lease(TimeProvider time) => new(_redis!, time, NullLogger<WorkerIdLease>.Instance);

    private Task HoldAllButAsync(params int[] free) => _redis!.RunAsync(async db =>
    {
        await Task.WhenAll(Enumerable.Range(0, SnowflakeIds.WorkerCount).Except(free)
            .Select(worker => db.StringSetAsync(new WorkerIdKeys(worker).Owner, "another node", TimeSpan.FromMinutes(10))));
        return true;
    });

    private async Task<bool> IsConnectedAsync()
    {
        try
        {
            await _redis!.RunAsync(db => db.PingAsync());
            return true;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Real timers, but both clocks, or the wall clock alone, can be elsewhere.</summary>
    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public TimeSpan WallShift { get; init; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift + WallShift;

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Shift.TotalSeconds * TimestampFrequency);
    }
}
