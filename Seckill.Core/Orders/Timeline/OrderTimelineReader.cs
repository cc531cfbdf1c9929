using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Push.Messages;
using StackExchange.Redis;

namespace Seckill.Core.Orders.Timeline;

/// <summary>Puts an order's way together from where each time stands: the order id, the order's row, its intake batch, the buyer's mailbox. Thread-safe. One query and up to four reads of Redis: for operators.</summary>
public sealed class OrderTimelineReader(SeckillDatabase database, MailboxStore mailboxes, ILogger<OrderTimelineReader> log)
{
    // An order has one of them: its row was created, or was refused.
    private static readonly PushMessageType[] Results = [PushMessageTypes.OrderCreated, PushMessageTypes.OrderFailed];

    /// <summary>Reads a timeline; null when there is no such row (yet). Without Redis it ends with the row.</summary>
    /// <exception cref="DbException">The database is away or refuses.</exception>
    public async Task<OrderTimeline?> FindAsync(OrderId order, CancellationToken stop = default)
    {
        string sql =
            $"""
            SELECT o.user_id, o.steps, b.committed_at FROM {OrderTables.Name(OrderTables.Of(order))} AS o LEFT JOIN intake_batches AS b ON b.intake_id = o.intake_id WHERE o.order_id = @id
            """;
        await using DbConnection connection = await database.OpenAsync(stop);
        Row? row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(sql, new { id = order.Value }, cancellationToken: stop));
        if (row is null)
        {
            return null;
        }

        (IEnumerable<OrderStep> stored, string? traceId) = StoredSteps.Parse(row.steps);
        List<OrderStep> steps = [new OrderStep(OrderSteps.Accepted, SnowflakeIds.TimeOf(order.Value)), .. stored];
        Add(steps, OrderSteps.Committed, row.committed_at is { } at ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)) : null);
        MailboxTrack? pushed = await TrackAsync(new UserId(row.user_id), order);
        Add(steps, OrderSteps.Appended, pushed?.AppendedAt);
        Add(steps, OrderSteps.Delivered, pushed?.DeliveredAt);
        Add(steps, OrderSteps.Acked, pushed?.AckedAt);
        return new OrderTimeline(order, traceId, steps);
    }

    private async Task<MailboxTrack?> TrackAsync(UserId user, OrderId order)
    {
        try
        {
            foreach (PushMessageType type in Results)
            {
                if (await mailboxes.TrackAsync(user, OrderAnnouncer.MessageId(order, type)) is { } track)
                {
                    return track;
                }
            }
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            log.TimelineWithoutMailbox(order.ToString(), fault);
        }

        return null;
    }

    private static void Add(List<OrderStep> steps, string name, DateTimeOffset? at)
    {
        if (at is { } known)
        {
            steps.Add(new OrderStep(name, known));
        }
    }

    private sealed record Row(string user_id, string? steps, DateTime? committed_at);
}
