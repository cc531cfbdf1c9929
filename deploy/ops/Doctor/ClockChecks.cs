using System.Data.Common;
using Dapper;
using Seckill.Core.Database;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Ops.Doctor;

/// <summary>The clocks of this machine, Redis and MySQL against one another.</summary>
internal sealed class ClockChecks(RedisConnection redis, SeckillDatabase database, TimeProvider time)
{
    private const string Area = "clocks";

    private static readonly TimeSpan Noticeable = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan TooFar = TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken stop) =>
    [
        await CompareAsync("Redis", async () =>
        {
            string[] reply = (string[])(await redis.RunAsync(db => db.ExecuteAsync("TIME")))!;
            return DateTimeOffset.FromUnixTimeMilliseconds((long.Parse(reply[0]) * 1_000) + (long.Parse(reply[1]) / 1_000));
        }),
        await CompareAsync("MySQL", async () =>
        {
            await using DbConnection connection = await database.OpenAsync(stop);
            return new DateTimeOffset(DateTime.SpecifyKind(await connection.ExecuteScalarAsync<DateTime>("SELECT UTC_TIMESTAMP(3)"), DateTimeKind.Utc));
        }),
    ];

    private async Task<Finding> CompareAsync(string server, Func<Task<DateTimeOffset>> ask)
    {
        try
        {
            await ask(); // The first question pays for the connection.
            DateTimeOffset before = time.GetUtcNow();
            DateTimeOffset there = await ask();
            DateTimeOffset after = time.GetUtcNow();
            // Only what the way there and back cannot explain is a difference.
            TimeSpan difference = there < before ? before - there : there > after ? there - after : TimeSpan.Zero;
            return new Finding(
                Area, $"this machine and {server}", difference > TooFar ? Verdict.Wrong : difference > Noticeable ? Verdict.Warning : Verdict.Ok, $"{difference.TotalMilliseconds:F0} ms apart",
                difference > Noticeable ? "synchronise both machines (chrony): sales open by the hosts' clocks, leases and message ages go by Redis's" : string.Empty);
        }
        catch (Exception away) when (away is RedisException or TimeoutException or DbException)
        {
            return new Finding(Area, $"this machine and {server}", Verdict.NotLooked, "it does not answer");
        }
    }
}
