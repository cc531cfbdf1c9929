using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;

namespace Seckill.Core.Orders.Timeline;

/// <summary>Forgets the steps of orders that are older than <see cref="OrderTimelineOptions.Retention"/>, a page at a time.</summary>
/// <remarks>
/// Order ids grow with time, so the primary key leads from the oldest order on, and a page is a short range of it. Where it has been is kept in memory: a Worker walks over the whole past once after its start, which reads and
/// rarely writes. Every Worker may run one; of two that find the same row, one has nothing to do.
/// </remarks>
internal sealed class TimelineSweep(SeckillDatabase database, SchemaGate schema, IOptions<OrderTimelineOptions> options, TimeProvider time, ILogger<TimelineSweep> log) : BackgroundService
{
    private const int PageRows = 1_000;

    // Between pages, so that a long past is swept beside the work and not before it.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly long[] _sweptTo = new long[OrderTables.Count];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await schema.WaitAsync(stoppingToken);
            using PeriodicTimer timer = new(options.Value.SweepInterval, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await SweepAsync(stoppingToken);
                }
                catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
                {
                    log.TimelineSweepFaulted(fault);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>One sweep over everything.</summary>
    /// <exception cref="DbException">The database is away or refuses; the next sweep goes on from there.</exception>
    internal async Task SweepAsync(CancellationToken stop)
    {
        DateTimeOffset before = time.GetUtcNow() - options.Value.Retention;
        for (int table = 0; table < OrderTables.Count; table++)
        {
            while (await SweepPageAsync(table, SnowflakeIds.FirstAt(before), stop))
            {
                await Task.Delay(Pause, time, stop);
            }
        }

        while (await ExecuteAsync($"DELETE FROM intake_batches WHERE committed_at < @before LIMIT {PageRows}", new { before = before.UtcDateTime }, stop) == PageRows)
        {
            await Task.Delay(Pause, time, stop);
        }
    }

    /// <returns>False when the table is swept.</returns>
    private async Task<bool> SweepPageAsync(int table, long before, CancellationToken stop)
    {
        string name = OrderTables.Name(table);
        long from = _sweptTo[table];
        await using DbConnection connection = await database.OpenAsync(stop);
        long? last = await connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            $"SELECT MAX(order_id) FROM (SELECT order_id FROM {name} WHERE order_id > @from AND order_id < @before ORDER BY order_id LIMIT {PageRows}) AS page", new { from, before }, cancellationToken: stop));
        if (last is not { } to)
        {
            return false;
        }

        int forgotten = await ExecuteAsync($"UPDATE {name} SET steps = NULL WHERE order_id > @from AND order_id <= @to AND steps IS NOT NULL", new { from, to }, stop);
        TimelineMetrics.Forgotten.Add(forgotten);
        _sweptTo[table] = to;
        return true;
    }

    private async Task<int> ExecuteAsync(string sql, object values, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        return await connection.ExecuteAsync(new CommandDefinition(sql, values, cancellationToken: stop));
    }
}
