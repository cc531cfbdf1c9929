using Microsoft.Extensions.Logging;
using Seckill.Core.Ids;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.EligibilityNotLoaded, LogLevel.Warning, "The list of sale {Sale} could not be loaded into a filter; each grab asks Redis meanwhile")]
    public static partial void EligibilityNotLoaded(this ILogger log, SaleId sale, Exception fault);
}
