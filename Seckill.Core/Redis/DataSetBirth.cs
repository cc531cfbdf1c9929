using StackExchange.Redis;

namespace Seckill.Core.Redis;

/// <summary>
/// When a Redis instance's data began. Leases rest on an instance that remembers to whom it gave them; one that came back empty must first grow older than any lease. So the
/// first question to a data set notes the time under <c>{tag}:born</c>, one key beside each kind of lease, and until it is old enough nothing is leased.
/// </summary>
public static class DataSetBirth
{
    /// <summary>Hash tag of all locks.</summary>
    internal const string LockTag = "{seckill:lock}";

    /// <summary>Hash tag of all worker-id leases.</summary>
    internal const string WorkerTag = "{seckill:worker}";

    /// <summary>string: Unix ms by the instance's clock, or 0 = said to be new by whoever made it. For ever.</summary>
    internal static RedisKey Key(string tag) => $"{tag}:born";

    /// <summary>
    /// Says that this data set is the first that the system ever had, so that nobody waits for leases which cannot exist. Only for who has just made it: said of data that was
    /// lost, it would give a lease twice. Safe to repeat.
    /// </summary>
    /// <exception cref="TimeoutException">No answer in time.</exception>
    /// <exception cref="RedisException">Refused, or no connection.</exception>
    public static Task DeclareFirstAsync(RedisConnection redis) => redis.RunAsync(db =>
        Task.WhenAll(db.StringSetAsync(Key(LockTag), 0, when: When.NotExists), db.StringSetAsync(Key(WorkerTag), 0, when: When.NotExists)));
}
