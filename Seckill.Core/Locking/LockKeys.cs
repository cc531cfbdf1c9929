using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Locking;

/// <summary>The Redis keys of one lock. All locks share the hash tag <c>{seckill:lock}</c>: they are few, and <see cref="Born"/> belongs to all of them.</summary>
/// <param name="Resource">What is locked, for example <c>reconciliation</c>; 1 to 64 characters.</param>
internal readonly record struct LockKeys(string Resource)
{
    /// <summary>See <see cref="DataSetBirth"/>.</summary>
    public static RedisKey Born => DataSetBirth.Key(DataSetBirth.LockTag);

    /// <summary>string: owner value of the present holder. Expires with the lock.</summary>
    public RedisKey Owner => $"{DataSetBirth.LockTag}:{Resource}:owner";

    /// <summary>string: highest fencing token that this instance has heard of. For ever.</summary>
    public RedisKey Token => $"{DataSetBirth.LockTag}:{Resource}:token";
}
