using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Orders;

/// <summary>Carries out what follows changes of orders, one loop for each kind of work, and measures what waits.</summary>
/// <remarks>At least once and idempotent: releases and pushes go by order id, events repeat. A server that is away delays its own kind of work and nothing else.</remarks>
internal sealed class OrderOutboxLoop(
    OrderOutbox outbox, OrderSettler settler, OrderEvents events, SchemaGate schema, FaultPoints faults, IOptions<OrderOutboxOptions> options, TimeProvider time,
    ILogger<OrderOutboxLoop> log) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(1);

    private readonly int _maxBatch = options.Value.MaxBatch;
    private readonly TimeSpan _idlePoll = TimeSpan.FromMilliseconds(options.Value.IdlePollMs);
    private readonly TimeSpan _longestPause = TimeSpan.FromMilliseconds(options.Value.MaxBackoffMs);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await schema.WaitAsync(stoppingToken);
            await Task.WhenAll(
                RunAsync(OrderOutboxWork.Settle, SettleAsync, stoppingToken),
                RunAsync(OrderOutboxWork.Event, changes => events.PublishAsync(changes, stoppingToken), stoppingToken),
                MeasureAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; rows in hand stay in the table.
        }
    }

    private async Task SettleAsync(IReadOnlyList<OrderChange> changes)
    {
        await settler.SettleAsync(changes);
        await faults.ReachAsync(FaultPoint.AfterSettleBeforeDelete);
    }

    private async Task RunAsync(OrderOutboxWork work, Func<IReadOnlyList<OrderChange>, Task> carryOut, CancellationToken stop)
    {
        TimeSpan pause = FirstPause;
        while (true)
        {
            try
            {
                int done = await outbox.TakeAsync(work, _maxBatch, carryOut, stop);
                OrderMetrics.FollowedUp.Add(done, new KeyValuePair<string, object?>("work", work.ToString()));
                pause = FirstPause;
                if (done < _maxBatch)
                {
                    await Task.Delay(_idlePoll, time, stop);
                }
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                log.FollowUpFaulted(work, fault);
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, stop);
                pause = pause * 2 < _longestPause ? pause * 2 : _longestPause;
            }
        }
    }

    private async Task MeasureAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(MeasureEvery, time);
        while (await timer.WaitForNextTickAsync(stop))
        {
            try
            {
                foreach (OrderOutboxWork work in Enum.GetValues<OrderOutboxWork>())
                {
                    (long rows, TimeSpan oldest) = await outbox.MeasureAsync(work, stop);
                    KeyValuePair<string, object?> tag = new("work", work.ToString());
                    OrderMetrics.FollowUpRows.Record(rows, tag);
                    OrderMetrics.FollowUpAge.Record(oldest.TotalSeconds, tag);
                }
            }
            catch (DbException)
            {
                // The loops above say that MySQL is away; here only a figure is late.
            }
        }
    }
}
