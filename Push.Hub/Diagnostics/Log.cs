using Seckill.Core.Push;

namespace Push.Hub.Diagnostics;

/// <summary>Every log line of the hub; ids in <see cref="HubEventIds"/>.</summary>
internal static partial class Log
{
    [LoggerMessage(HubEventIds.NotPublished, LogLevel.Warning, "A {Kind} did not reach the other nodes")]
    public static partial void NotPublished(this ILogger log, BackplaneKind kind, Exception fault);

    [LoggerMessage(HubEventIds.BackplaneMessageFailed, LogLevel.Error, "A message from another node could not be handled")]
    public static partial void BackplaneMessageFailed(this ILogger log, Exception fault);

    [LoggerMessage(HubEventIds.SubscriptionRebuilt, LogLevel.Warning, "No heartbeat for {Silence}: the backplane subscription is built anew")]
    public static partial void SubscriptionRebuilt(this ILogger log, TimeSpan silence);

    [LoggerMessage(HubEventIds.SubscriptionFailed, LogLevel.Warning, "The backplane subscription could not be opened; local delivery goes on")]
    public static partial void SubscriptionFailed(this ILogger log, Exception fault);

    [LoggerMessage(HubEventIds.MailboxNotRead, LogLevel.Warning, "A mailbox could not be read; the next position check tries again")]
    public static partial void MailboxNotRead(this ILogger log, Exception fault);

    [LoggerMessage(HubEventIds.PositionsNotChecked, LogLevel.Warning, "The positions of local users could not be compared with their mailboxes")]
    public static partial void PositionsNotChecked(this ILogger log, Exception fault);

    [LoggerMessage(HubEventIds.LeaseNotTaken, LogLevel.Warning, "Appenders could not be told of a user's connection; the next position check does it")]
    public static partial void LeaseNotTaken(this ILogger log, Exception fault);

    [LoggerMessage(HubEventIds.AcksNotWritten, LogLevel.Warning, "Confirmed positions could not be written; they are tried again")]
    public static partial void AcksNotWritten(this ILogger log, Exception fault);

    [LoggerMessage(HubEventIds.ConnectionCutOff, LogLevel.Warning, "A connection of user {User} was cut off after {Refusals} refused calls")]
    public static partial void ConnectionCutOff(this ILogger log, string? user, int refusals);

    [LoggerMessage(HubEventIds.Draining, LogLevel.Information, "The node goes away: {Connections} connections are sent elsewhere over {Window}")]
    public static partial void Draining(this ILogger log, int connections, TimeSpan window);

    [LoggerMessage(HubEventIds.Drained, LogLevel.Information, "{Connections} connections were sent elsewhere; {Left} are left and are cut")]
    public static partial void Drained(this ILogger log, int connections, int left);

    [LoggerMessage(HubEventIds.PresenceNotTold, LogLevel.Warning, "The node's figures could not be written; the next round does it")]
    public static partial void PresenceNotTold(this ILogger log, Exception fault);
}
