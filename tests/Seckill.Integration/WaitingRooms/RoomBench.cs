using Seckill.Core.Ids;
using Seckill.Core.WaitingRooms;
using Seckill.Integration.Admission;
using StackExchange.Redis;

namespace Seckill.Integration.WaitingRooms;

/// <summary>The scripts of one waiting room on a real Redis, with a clock to turn.</summary>
internal sealed class RoomBench : IAsyncDisposable
{
    public const int SilenceMs = 20_000;
    public const int AdmissionMs = 120_000;

    private static readonly RedisKey[] Keys = new RoomKeys(new SaleId(5)).All;

    private readonly RedisOnly _redis;
    private readonly ScriptClock _visit;
    private readonly ScriptClock _leave;
    private long _admitted;
    private long _silent;

    private RoomBench(RedisOnly redis)
    {
        _redis = redis;
        _visit = new ScriptClock("room-visit.lua", redis.Db);
        _leave = new ScriptClock("room-leave.lua", redis.Db);
    }

    public int Rate { get; init; } = 1;

    public int MaxWaiting { get; init; } = 1_000;

    /// <summary>Users admitted in all visits so far.</summary>
    public long Admitted => Volatile.Read(ref _admitted);

    /// <summary>Users who lost their place for their silence.</summary>
    public long Silent => Volatile.Read(ref _silent);

    public static async Task<RoomBench> StartAsync(int rate = 1, int maxWaiting = 1_000) => new(await RedisOnly.StartAsync()) { Rate = rate, MaxWaiting = maxWaiting };

    public void Pass(TimeSpan time) => _leave.NowUs = _visit.NowUs += (long)time.TotalMicroseconds;

    public Task<RoomStanding> JoinAsync(string user) => VisitAsync(RoomAsk.Join, user, default);

    public Task<RoomStanding> LookAsync(string user, RoomStanding ticket = default) => VisitAsync(RoomAsk.Look, user, ticket);

    public Task<RoomStanding> MoveOnAsync() => VisitAsync(RoomAsk.MoveOn, string.Empty, default);

    public async Task<bool> LeaveAsync(string user, RoomStanding ticket, int graceMs = 0) => (int)await _leave.RunAsync(Keys, user, ticket.Epoch, ticket.Place, graceMs) == 1;

    /// <summary>Writes that many into the queue, as if they had joined just now and would be patient.</summary>
    public async Task FillAsync(int users)
    {
        await JoinAsync("first");
        double until = (_visit.NowUs / 1_000) + (1_000 * (double)SilenceMs);
        for (int from = 0; from < users; from += 5_000)
        {
            IEnumerable<string> names = Enumerable.Range(from, 5_000).Select(i => $"filled-{i}");
            await _redis.Db.SortedSetAddAsync(Keys[1], [.. names.Select((name, i) => new SortedSetEntry(name, 2 + from + i))]);
            await _redis.Db.SortedSetAddAsync(Keys[3], [.. names.Select(name => new SortedSetEntry(name, until))]);
        }

        await _redis.Db.HashSetAsync(Keys[0], "seq", users + 1);
    }

    public Task FlushAsync() => _redis.Server.SendAsync("FLUSHALL");

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    private async Task<RoomStanding> VisitAsync(RoomAsk ask, string user, RoomStanding ticket)
    {
        long[] reply = (long[])(await _visit.RunAsync(Keys, (int)ask, user, ticket.Epoch, ticket.Place, Rate, MaxWaiting, SilenceMs, AdmissionMs, 3_600_000))!;
        Interlocked.Add(ref _admitted, reply[8]);
        Interlocked.Add(ref _silent, reply[9]);
        return new RoomStanding(
            (RoomAnswer)reply[0], reply[1], reply[2], reply[3], reply[4], reply[5], TimeSpan.FromMilliseconds(reply[6]), DateTimeOffset.FromUnixTimeMilliseconds(reply[7]));
    }
}
