using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.KafkaClientSays, LogLevel.Debug, "{ClientId} {Facility}: {Text}")]
    public static partial void KafkaClientSays(this ILogger log, string clientId, string facility, string text);

    [LoggerMessage(EventIds.KafkaClientError, LogLevel.Warning, "Kafka client {ClientId}: {Code} {Reason} (fatal: {Fatal})")]
    public static partial void KafkaClientError(this ILogger log, string clientId, ErrorCode code, string reason, bool fatal);

    [LoggerMessage(EventIds.DeliveryUnknown, LogLevel.Warning, "No delivery report in time; the messages are sent again")]
    public static partial void DeliveryUnknown(this ILogger log, Exception fault);

    [LoggerMessage(EventIds.NotDelivered, LogLevel.Warning, "Kafka did not take {Failed} of {Count} messages ({Error}); they are sent again")]
    public static partial void NotDelivered(this ILogger log, int failed, int count, string? error);

    [LoggerMessage(EventIds.ProducerRebuilt, LogLevel.Error, "The Kafka producer failed for good ({Code} {Reason}) and is replaced")]
    public static partial void ProducerRebuilt(this ILogger log, ErrorCode code, string reason);

    [LoggerMessage(EventIds.DelayedConsumerFaulted, LogLevel.Error, "The consumer of delayed topics {Group} failed and starts anew after a pause")]
    public static partial void DelayedConsumerFaulted(this ILogger log, string group, Exception fault);

    [LoggerMessage(EventIds.DelayedHandlerFaulted, LogLevel.Warning, "{Count} due messages of {Group} were not handled; they are tried again")]
    public static partial void DelayedHandlerFaulted(this ILogger log, int count, string group, Exception fault);

    [LoggerMessage(EventIds.DelayedPartitionsMoved, LogLevel.Information, "Delayed topics of {Group}: partitions {Change}: {Partitions}")]
    public static partial void DelayedPartitionsMoved(this ILogger log, string group, string change, string partitions);

    [LoggerMessage(EventIds.BatchConsumerFaulted, LogLevel.Error, "The consumer of {Group} failed and starts anew after a pause")]
    public static partial void BatchConsumerFaulted(this ILogger log, string group, Exception fault);

    [LoggerMessage(EventIds.BatchNotHandled, LogLevel.Warning, "{Count} messages of {Group} were not handled; their partitions wait, and they are tried again")]
    public static partial void BatchNotHandled(this ILogger log, int count, string group, Exception fault);

    [LoggerMessage(EventIds.BatchPartitionsMoved, LogLevel.Information, "{Group}: partitions {Change}: {Partitions}")]
    public static partial void BatchPartitionsMoved(this ILogger log, string group, string change, string partitions);
}
