using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Admission;

/// <summary>The token buckets in Redis, by <c>token-bucket.lua</c>. Thread-safe; one round trip.</summary>
internal sealed class TokenBucketStore(RedisConnection redis, TimeSpan patience)
{
    private static readonly RedisScript Script = RedisScript.Load("token-bucket.lua");

    /// <summary>Takes up to <paramref name="wanted"/> tokens.</summary>
    /// <exception cref="TimeoutException">No reply in time: tokens may have been taken, and are lost.</exception>
    /// <exception cref="RedisException">Refused, or no connection.</exception>
    public async Task<TokenGrant> TakeAsync(RedisKey bucket, TokenRate rate, int wanted)
    {
        RedisResult[] reply = (RedisResult[])(await Script.RunAsync(redis.Database, [bucket], [rate.PerSecond, rate.Burst, wanted]).WaitAsync(patience))!;
        return new TokenGrant((int)reply[0], TimeSpan.FromMicroseconds((long)reply[1]));
    }
}
