using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Chaos.Windows;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Shouldly;

namespace Seckill.Chaos.Ids;

/// <summary>A Redis database with a few free worker ids, and a node that makes ids on clocks that are tampered with, through one life after another.</summary>
internal sealed class IdWorld(RedisConnection redis, WindowReport report, Random random) : IDisposable
{
    /// <summary>Few, so that each is inherited again and again.</summary>
    private const int FreeWorkerIds = 16;

    /// <summary>Ids between two renewals: 6 s by the node's clock, less than a lease may be used without.</summary>
    private const int IdsPerStretch = 60_000;

    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    /// <summary>Past every mark: clocks are five minutes off at most, either way.</summary>
    private static readonly TimeSpan LongAfter = TimeSpan.FromMinutes(11);

    private readonly SettableClock _clock = new();
    private Life? _life;

    public List<IdStretch> Stretches { get; } = [];

    /// <summary>Ids that were not greater than the one before, within one life.</summary>
    public long NotGrowing { get; private set; }

    /// <summary>Ids that were refused rather than made.</summary>
    public long Refusals { get; private set; }

    /// <summary>Leases that were found with another holder.</summary>
    public long Clashes { get; private set; }

    /// <summary>Makes the world: its Redis database is new, and all but a few worker ids are others'.</summary>
    public async Task StartAsync()
    {
        await DataSetBirth.DeclareFirstAsync(redis);
        await CloseAllButAsync([.. Enumerable.Range(0, FreeWorkerIds)]);
    }

    public void Dispose()
    {
        _life?.Dispose();
        redis.Dispose();
    }

    /// <summary>Renews, makes a stretch of ids, and suffers at most one fault.</summary>
    /// <returns>Ids made.</returns>
    public async Task<long> LiveAsync()
    {
        _life ??= new Life(redis, _clock);
        _clock.PerReading = TimeSpan.FromMicroseconds(100);
        if (!await _life.Lease.RenewOrTakeAsync())
        {
            // No worker id is behind this clock: the node stays out until somebody has set it right.
            Refusals++;
            _clock.Step(-_clock.Skew);
            _clock.Pass(TimeSpan.FromMinutes(1));
            return 0;
        }

        long made = Make(_life, IdsPerStretch);
        switch (random.Next(24))
        {
            case 0:
                report.Fired("clock back 1 to 5 ms");
                _clock.Step(TimeSpan.FromMilliseconds(-random.Next(1, SnowflakeIds.MaxStepBackMs + 1)));
                break;
            case 1 when _clock.Skew >= TimeSpan.Zero:
                report.Fired("clock back 5 min");
                _clock.Step(-FiveMinutes);
                made += Make(_life, 100);
                await MaybeRestartAsync();
                break;
            case 2 when _clock.Skew <= TimeSpan.Zero:
                report.Fired("clock forth 5 min");
                _clock.Step(FiveMinutes);
                made += Make(_life, 100);
                break;
            case 3:
                report.Fired("burst");
                _clock.PerReading = TimeSpan.Zero;
                made += Make(_life, IdsPerStretch);
                break;
            case 4:
                made += await FreezeAsync(_life);
                break;
            case 5:
                report.Fired("restart");
                await RestartAsync();
                break;
        }

        return made;
    }

    private async Task MaybeRestartAsync()
    {
        if (random.Next(2) == 0)
        {
            report.Fired("restart in the past");
            await RestartAsync();
        }
        else
        {
            _clock.Step(-_clock.Skew);
        }
    }

    private async Task RestartAsync()
    {
        await ExpireAsync(_life!);
        _life!.Dispose();
        _life = null;
    }

    /// <summary>The holder freezes until its lease is over and another has its worker id; then it goes on as if nothing had been, and only then asks Redis.</summary>
    private async Task<long> FreezeAsync(Life frozen)
    {
        int worker = frozen.Lease.Current!.Worker;
        await ExpireAsync(frozen);
        await CloseAllButAsync(worker);
        using Life heir = new(redis, _clock.CopyAfter(LongAfter));
        (await heir.Lease.RenewOrTakeAsync()).ShouldBeTrue();
        report.Fired("two holders of one worker id");

        long made = Make(heir, 1_000) + Make(frozen, 1_000) + Make(heir, 1_000);
        await frozen.Lease.RenewOrTakeAsync();
        Clashes += frozen.Lease.Current is null ? 1 : 0;

        await ExpireAsync(heir);
        await CloseAllButAsync([.. Enumerable.Range(0, FreeWorkerIds)]);
        _clock.Pass(LongAfter * 2);
        return made;
    }

    /// <summary>Lets others hold every worker id but these, which it frees.</summary>
    private Task CloseAllButAsync(params int[] free) => redis.RunAsync(async db =>
    {
        await Task.WhenAll(Enumerable.Range(0, SnowflakeIds.WorkerCount).Select(worker => free.Contains(worker)
            ? db.KeyDeleteAsync(new WorkerIdKeys(worker).Owner)
            : db.StringSetAsync(new WorkerIdKeys(worker).Owner, "another node")));
        return true;
    });

    private async Task ExpireAsync(Life life)
    {
        if (life.Lease.Current is { } grant)
        {
            await redis.RunAsync(db => db.KeyDeleteAsync(new WorkerIdKeys(grant.Worker).Owner));
        }
    }

    private long Make(Life life, int count)
    {
        long first = 0;
        long made = 0;
        for (int i = 0; i < count; i++)
        {
            long id;
            try
            {
                id = life.Ids.Next();
            }
            catch (IdsUnavailableException)
            {
                Refusals++;
                break;
            }

            NotGrowing += id <= life.LastId ? 1 : 0;
            life.LastId = id;
            first = first == 0 ? id : first;
            made++;
        }

        if (made > 0)
        {
            Stretches.Add(new IdStretch(SnowflakeIds.WorkerOf(first), first, life.LastId));
        }

        return made;
    }

    private sealed class Life(RedisConnection redis, SettableClock clock) : IDisposable
    {
        public WorkerIdLease Lease { get; } = new(redis, clock, NullLogger<WorkerIdLease>.Instance);

        public SnowflakeIds Ids => field ??= new SnowflakeIds(Lease, clock);

        public long LastId { get; set; }

        public void Dispose() => Lease.Dispose();
    }
}
