using Microsoft.Extensions.Logging;
using Seckill.Core.Stock;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.DifferencesFound, LogLevel.Warning, "Bucket {Bucket}: {Count} differences between Redis, Kafka and MySQL: {Names} (docs/reconciliation.md)")]
    public static partial void DifferencesFound(this ILogger log, StockBucket bucket, int count, string names);

    [LoggerMessage(EventIds.ReconciliationPutOff, LogLevel.Warning, "Reconciliation put off: a part it needs is away")]
    public static partial void ReconciliationPutOff(this ILogger log, Exception fault);

    [LoggerMessage(EventIds.BucketTooLarge, LogLevel.Warning, "Bucket {Bucket} has more than {MaxBuyers} buyers and is not reconciled")]
    public static partial void BucketTooLarge(this ILogger log, StockBucket bucket, int maxBuyers);
}
