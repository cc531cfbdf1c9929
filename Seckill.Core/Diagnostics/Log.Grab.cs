using Microsoft.Extensions.Logging;
using Seckill.Core.Stock;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.BucketFenced, LogLevel.Error, "Bucket {Bucket} is fenced: Redis answers epoch {Epoch} version {Version}, this node has seen epoch {SeenEpoch} version {SeenVersion}")]
    public static partial void BucketFenced(this ILogger log, StockBucket bucket, long epoch, long version, long seenEpoch, long seenVersion);

    [LoggerMessage(EventIds.GrabOutcomeUnknown, LogLevel.Warning, "The outcome of {Grabs} grabs on {Bucket} stayed unknown")]
    public static partial void GrabOutcomeUnknown(this ILogger log, int grabs, StockBucket bucket, Exception fault);

    [LoggerMessage(EventIds.GrabBatchFailed, LogLevel.Error, "A batch of {Grabs} grabs on {Bucket} failed in a way nobody foresaw")]
    public static partial void GrabBatchFailed(this ILogger log, int grabs, StockBucket bucket, Exception fault);

    [LoggerMessage(EventIds.SoldOutBoardLate, LogLevel.Warning, "The sold-out board could not be compared with Redis")]
    public static partial void SoldOutBoardLate(this ILogger log, Exception fault);

    [LoggerMessage(EventIds.SoldOutBoardPartlyLate, LogLevel.Warning, "{Buckets} buckets of the sold-out board could not be compared with Redis, {Bucket} among them")]
    public static partial void SoldOutBoardPartlyLate(this ILogger log, int buckets, StockBucket bucket, Exception fault);

    [LoggerMessage(EventIds.OutcomesNotFlushed, LogLevel.Warning, "The outcome counts could not be flushed; they are kept for the next time")]
    public static partial void OutcomesNotFlushed(this ILogger log, Exception fault);

    [LoggerMessage(EventIds.TestimonyPutOff, LogLevel.Warning, "This node's winners of {Buckets} buckets could not be laid down yet, {Bucket} among them")]
    public static partial void TestimonyPutOff(this ILogger log, int buckets, StockBucket bucket, Exception fault);

    [LoggerMessage(EventIds.WinnersTestified, LogLevel.Warning, "Bucket {Bucket} is on the way to life {Life}: the {Winners} winners that this node has told are laid down, in case it forgot them")]
    public static partial void WinnersTestified(this ILogger log, StockBucket bucket, int winners, long life);
}
