using Microsoft.Extensions.Logging;
using Seckill.Core.Ids;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.IntakeBlocked, LogLevel.Warning, "Order intake waits at {Stage} and tries again")]
    public static partial void IntakeBlocked(this ILogger log, string stage, Exception fault);

    [LoggerMessage(EventIds.IntakeFaulted, LogLevel.Error, "The order intake failed and starts anew after a pause")]
    public static partial void IntakeFaulted(this ILogger log, Exception fault);

    [LoggerMessage(EventIds.OrderRefused, LogLevel.Warning, "Order {Order} of {User} failed: {Reason}")]
    public static partial void OrderRefused(this ILogger log, string order, string user, string reason);

    [LoggerMessage(EventIds.OrderIdClash, LogLevel.Error, "Order id {Order} of {User} belongs to somebody else's order: two id makers shared a worker id")]
    public static partial void OrderIdClash(this ILogger log, string order, string user);

    [LoggerMessage(EventIds.MessageUnroutable, LogLevel.Error, "The message at {Origin} goes to the unroutable topic: {Fault}")]
    public static partial void MessageUnroutable(this ILogger log, string origin, string fault);

    [LoggerMessage(EventIds.ReservationRejected, LogLevel.Error, "No order can be written for the reservation {Order} ({Cause}); it goes to the dead letters")]
    public static partial void ReservationRejected(this ILogger log, string order, string cause, Exception? fault);

    [LoggerMessage(EventIds.ReservationDeferred, LogLevel.Warning, "The reservation {Order} cannot be written now ({Cause}, attempt {Attempt}); it is tried again later")]
    public static partial void ReservationDeferred(this ILogger log, string order, string cause, int attempt, Exception? fault);

    [LoggerMessage(EventIds.PartitionsMoved, LogLevel.Information, "Order intake: partitions {Change}: {Partitions}")]
    public static partial void PartitionsMoved(this ILogger log, string change, string partitions);

    [LoggerMessage(EventIds.FollowUpFaulted, LogLevel.Warning, "What follows changes of orders ({Work}) could not be carried out; tried again")]
    public static partial void FollowUpFaulted(this ILogger log, Orders.OrderOutboxWork work, Exception fault);

    [LoggerMessage(EventIds.HintFaulted, LogLevel.Warning, "Stock hints could not be published")]
    public static partial void HintFaulted(this ILogger log, Exception fault);

    [LoggerMessage(EventIds.HintsPartlyPutOff, LogLevel.Warning, "The stock hints of {Sales} sales could not be published, of sale {Sale} among them; the others go on")]
    public static partial void HintsPartlyPutOff(this ILogger log, int sales, SaleId sale, Exception fault);

    [LoggerMessage(EventIds.PipelineUnmeasured, LogLevel.Warning, "The consumer lag could not be measured")]
    public static partial void PipelineUnmeasured(this ILogger log, Exception fault);
}
