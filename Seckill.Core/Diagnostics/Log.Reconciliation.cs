using Microsoft.Extensions.Logging;
using Seckill.Core.Stock;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.ReservationsMended, LogLevel.Warning, "Bucket {Bucket}: {Republished} reservations without an order sent to Kafka again, {Released} units of ended orders given back")]
    public static partial void ReservationsMended(this ILogger log, StockBucket bucket, int republished, int released);

    [LoggerMessage(EventIds.ReconciliationPutOff, LogLevel.Warning, "Reconciliation put off: a part it needs is away")]
    public static partial void ReconciliationPutOff(this ILogger log, Exception fault);

    [LoggerMessage(EventIds.BucketTooLarge, LogLevel.Warning, "Bucket {Bucket} has more than {MaxBuyers} buyers and is not reconciled")]
    public static partial void BucketTooLarge(this ILogger log, StockBucket bucket, int maxBuyers);
}
