using Microsoft.Extensions.Logging;
using Seckill.Core.Ids;
using Seckill.Core.Stock;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.CatalogNotRefreshed, LogLevel.Warning, "The catalog could not be refreshed; the last one stands")]
    public static partial void CatalogNotRefreshed(this ILogger log, Exception fault);

    [LoggerMessage(EventIds.CatalogNotMended, LogLevel.Warning, "The catalog's copy could not be compared with MySQL; the copy alone stands")]
    public static partial void CatalogNotMended(this ILogger log, Exception fault);

    [LoggerMessage(EventIds.BucketNeedsRecovery, LogLevel.Error, "Bucket {Bucket} is {Status} in Redis although it was created before: it needs a recovery (docs/errors, needs-recovery)")]
    public static partial void BucketNeedsRecovery(this ILogger log, StockBucket bucket, WarmStatus status);

    [LoggerMessage(EventIds.SaleStateNotBroadcast, LogLevel.Warning, "The new state of sale {Sale} could not be broadcast; watchers will see it with the next stock hint")]
    public static partial void SaleStateNotBroadcast(this ILogger log, SaleId sale, Exception fault);

    [LoggerMessage(EventIds.SaleWarmedUp, LogLevel.Information, "Sale {Sale} begins soon and was not warmed up; it is now")]
    public static partial void SaleWarmedUp(this ILogger log, SaleId sale);

    [LoggerMessage(EventIds.SalesNotWarmedUp, LogLevel.Warning, "Sales that begin soon could not be warmed up; tried again in a moment")]
    public static partial void SalesNotWarmedUp(this ILogger log, Exception fault);
}
