using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Stock.Recovery;

/// <summary>The steps of a recovery in Redis, each safe to repeat and harmless when two runners take it at once. Thread-safe.</summary>
/// <remarks>Every method throws <see cref="RedisException"/> or <see cref="TimeoutException"/> when Redis is away.</remarks>
internal sealed class BucketRebuild(RedisConnection redis, TimeProvider time)
{
    // A thousand fields are about half a millisecond of Redis: grabs on other buckets hardly notice.
    private const int UsersPerCall = 1_000;

    private static readonly RedisScript FenceScript = RedisScript.Load("fence.lua");
    private static readonly RedisScript SwapScript = RedisScript.Load("swap.lua");
    private static readonly RedisScript OpenScript = RedisScript.Load("open.lua");

    /// <summary>Closes a bucket for a recovery that leads to an epoch, and enters it in the directory, which an empty Redis has lost as well.</summary>
    public async Task<(FenceStatus Status, long Epoch)> FenceAsync(StockBucket bucket, long fence)
    {
        StockKeys keys = new(bucket);
        RedisResult[] reply = await RunAsync(FenceScript, [keys.Stock, keys.Meta], [fence, time.GetUtcNow().ToUnixTimeMilliseconds()]);
        await redis.RunAsync(db => db.SetAddAsync(StockKeys.Directory, bucket.ToString()));
        return ((FenceStatus)(int)reply[0], (long)reply[1]);
    }

    /// <summary>Loads the buyers of the next life beside the old ones, in calls of bounded size.</summary>
    public async Task LoadAsync(StockBucket bucket, IReadOnlyCollection<KeyValuePair<string, string>> buyers)
    {
        RedisKey rebuilt = new StockKeys(bucket).Rebuilt;
        await redis.RunAsync(db => db.ExecuteAsync("UNLINK", rebuilt));
        foreach (KeyValuePair<string, string>[] chunk in buyers.Chunk(UsersPerCall))
        {
            HashEntry[] entries = Array.ConvertAll(chunk, buyer => new HashEntry(buyer.Key, buyer.Value));
            await redis.RunAsync(async db =>
            {
                await db.HashSetAsync(rebuilt, entries);
                return true;
            });
        }
    }

    /// <summary>Puts what was loaded in the place of the old life.</summary>
    public async Task<SwapStatus> SwapAsync(StockBucket bucket, long fence, int units, int limit, int users, long held)
    {
        StockKeys keys = new(bucket);
        RedisResult[] reply = await RunAsync(
            SwapScript, [keys.Stock, keys.Buyers, keys.Meta, keys.Released, keys.Rebuilt], [fence, units, limit, users, held]);
        return (SwapStatus)(int)reply[0];
    }

    /// <summary>Lets the bucket sell again, and tells all nodes to look anew.</summary>
    public async Task<OpenStatus> OpenAsync(StockBucket bucket, long fence)
    {
        StockKeys keys = new(bucket);
        RedisResult[] reply = await RunAsync(OpenScript, [keys.Stock, keys.Meta], [fence, bucket.ToString(), StockKeys.ReturnedChannel]);
        return (OpenStatus)(int)reply[0];
    }

    private async Task<RedisResult[]> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments) =>
        (RedisResult[])await redis.RunAsync(db => script.RunAsync(db, keys, arguments))!;
}
