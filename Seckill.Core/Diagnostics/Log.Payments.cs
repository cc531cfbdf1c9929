using Microsoft.Extensions.Logging;
using Seckill.Core.Payments;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.SagaBlocked, LogLevel.Warning, "Due payments could not be read; tried again after a pause")]
    public static partial void SagaBlocked(this ILogger log, Exception fault);

    [LoggerMessage(EventIds.SagaStepFaulted, LogLevel.Warning, "A step of payment {Payment} ({State}) failed and will be repeated")]
    public static partial void SagaStepFaulted(this ILogger log, string payment, PaymentState state, Exception fault);

    [LoggerMessage(EventIds.CallbackRefused, LogLevel.Warning, "A payment callback was refused: {Verdict}")]
    public static partial void CallbackRefused(this ILogger log, CallbackVerdict verdict);

    [LoggerMessage(EventIds.SweepFaulted, LogLevel.Warning, "Overdue orders could not be swept; tried again")]
    public static partial void SweepFaulted(this ILogger log, Exception fault);

    [LoggerMessage(EventIds.SweptOverdue, LogLevel.Warning, "Cancelled {Orders} orders whose deadline message never came")]
    public static partial void SweptOverdue(this ILogger log, int orders);

    [LoggerMessage(EventIds.SandboxInUse, LogLevel.Warning, "Payments go to the sandbox gateway: no money moves")]
    public static partial void SandboxInUse(this ILogger log);

    [LoggerMessage(EventIds.SandboxFaulted, LogLevel.Warning, "The sandbox gateway failed at {Stage} and tries again")]
    public static partial void SandboxFaulted(this ILogger log, string stage, Exception fault);
}
