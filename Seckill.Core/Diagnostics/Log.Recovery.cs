using Microsoft.Extensions.Logging;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Recovery;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.BucketLost, LogLevel.Error, "Bucket {Bucket} is not the one that sold before ({Cause}): fenced, and rebuilt under epoch {Epoch}")]
    public static partial void BucketLost(this ILogger log, StockBucket bucket, LossCause cause, long epoch);

    [LoggerMessage(EventIds.BucketRecovered, LogLevel.Warning, "Bucket {Bucket} is open again under epoch {Epoch}, {Left} units left, {Seconds:F2} s after its fence")]
    public static partial void BucketRecovered(this ILogger log, StockBucket bucket, long epoch, long left, double seconds);

    [LoggerMessage(EventIds.GuardianPutOff, LogLevel.Warning, "The watch over the buckets is held up: a part it needs is away")]
    public static partial void GuardianPutOff(this ILogger log, Exception fault);

    [LoggerMessage(EventIds.RecoveryWaits, LogLevel.Warning, "The recovery of {Buckets} buckets waits until {Outbox} outbox entries and {Lag} messages have become orders")]
    public static partial void RecoveryWaits(this ILogger log, int buckets, long outbox, long lag);

    [LoggerMessage(EventIds.TestimonySettled, LogLevel.Warning, "Bucket {Bucket} had forgotten winners whom Api nodes testified to: {Honoured} have their unit again and {Refused} are told that it is gone")]
    public static partial void TestimonySettled(this ILogger log, StockBucket bucket, int honoured, int refused);

    [LoggerMessage(EventIds.FencedBucketUnwatched, LogLevel.Error, "Bucket {Bucket} left the watch before its recovery had ended: a longer Seckill:Recovery:WatchAfterEnd takes it up again (docs/recovery.md)")]
    public static partial void FencedBucketUnwatched(this ILogger log, StockBucket bucket);

    [LoggerMessage(EventIds.RedisSettingUnfit, LogLevel.Error, "Redis does not keep what it is meant to: {Fault} (docs/redis-durability.md)")]
    public static partial void RedisSettingUnfit(this ILogger log, string fault);

    [LoggerMessage(EventIds.RedisSettingsUnread, LogLevel.Warning, "Redis does not let its settings be read ({Answer}): see to maxmemory-policy and persistence by hand (docs/redis-durability.md)")]
    public static partial void RedisSettingsUnread(this ILogger log, string answer);

    [LoggerMessage(EventIds.TransferContradicted, LogLevel.Warning, "{Bucket} has forgotten a transfer of its SKU (epoch {Epoch}, serial {Serial}): it must have been lost, and waits for a recovery")]
    public static partial void TransferContradicted(this ILogger log, StockBucket bucket, long epoch, long serial);
}
