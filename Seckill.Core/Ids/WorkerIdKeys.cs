using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Ids;

/// <summary>The Redis keys of one worker id's lease; all share the hash tag <c>{seckill:worker}</c>.</summary>
/// <param name="Worker">0 to 255.</param>
internal readonly record struct WorkerIdKeys(int Worker)
{
    /// <summary>See <see cref="DataSetBirth"/>.</summary>
    public static RedisKey Born => DataSetBirth.Key(DataSetBirth.WorkerTag);

    /// <summary>string: owner value of the holder. Expires with the lease.</summary>
    public RedisKey Owner => $"{DataSetBirth.WorkerTag}:{Worker}:owner";

    /// <summary>string: Unix ms that no id of this worker id is past. For ever: it is what a restart with a wrong clock is held to.</summary>
    public RedisKey Mark => $"{DataSetBirth.WorkerTag}:{Worker}:mark";
}
