using System.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Push;

namespace Seckill.LoadTests.PushFanout;

/// <summary>Appends to mailboxes, one message each to users who are not connected.</summary>
public static class MailboxAppends
{
    private const int CallersAtOnce = 8;

    /// <returns>Appends per second.</returns>
    /// <param name="mailboxes">The mailboxes.</param>
    /// <param name="messages">How many, each to a user of its own.</param>
    /// <param name="batch">Messages handed to one append call; 1 measures single appends, with as many in flight as callers would have.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<double> MeasureAsync(MailboxStore mailboxes, int messages, int batch, CancellationToken stop)
    {
        string run = Guid.NewGuid().ToString("N")[..8];
        MailboxMessage[][] batches = [.. Enumerable.Range(0, messages).Select(i => new MailboxMessage(
            new UserId($"{run}-{i}"), $"{i}:order.created", PushTypes.OrderCreated, PushPriority.High, TimeSpan.FromHours(24),
            """{"orderId":"123456789012345678","saleId":"1","skuId":"phone","status":"pending-payment","price":199.90}"""u8.ToArray())).Chunk(batch)];
        long started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            batches, new ParallelOptions { MaxDegreeOfParallelism = batch == 1 ? 16 * CallersAtOnce : CallersAtOnce, CancellationToken = stop },
            async (one, _) => await mailboxes.AppendAsync(one));
        return messages / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
