using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Orders.Timeline;

/// <summary>Remembers when each intake batch was committed, and writes it down once a second: no order waits for it.</summary>
/// <remarks>
/// Thread-safe. At most <see cref="MaxWaiting"/> wait; when full, new ones are left out and counted. A Worker that is killed takes a second's worth with it: those timelines lack the step <c>committed</c>, and
/// nothing else.
/// </remarks>
internal sealed class CommitLog(SeckillDatabase database, TimeProvider time, ILogger<CommitLog> log) : BackgroundService
{
    /// <summary>Batches that may wait: some minutes of a full load with MySQL away, during which nothing is committed anyway.</summary>
    internal const int MaxWaiting = 10_000;

    private const int MaxPerStatement = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<(byte[] IntakeId, DateTimeOffset CommittedAt)> _waiting = new();

    /// <summary>Notes a batch that was just committed.</summary>
    public void Committed(byte[] intakeId)
    {
        if (_waiting.Count >= MaxWaiting)
        {
            TimelineMetrics.NotNoted.Add(1);
            return;
        }

        _waiting.Enqueue((intakeId, time.GetUtcNow()));
    }

    /// <summary>Writes what waits; a repetition changes nothing.</summary>
    /// <exception cref="DbException">The database is away or refuses; everything waits on.</exception>
    internal async Task FlushAsync(CancellationToken stop)
    {
        while (_waiting.Take(MaxPerStatement).ToArray() is { Length: > 0 } batch)
        {
            string rows = string.Join(", ", batch.Select(one => $"(0x{Convert.ToHexString(one.IntakeId)}, '{one.CommittedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)}')"));
            await using DbConnection connection = await database.OpenAsync(stop);
            await connection.ExecuteAsync(new CommandDefinition($"INSERT IGNORE INTO intake_batches (intake_id, committed_at) VALUES {rows}", cancellationToken: stop));
            for (int i = 0; i < batch.Length; i++)
            {
                _waiting.TryDequeue(out _); // Only this loop takes out.
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryFlushAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await TryFlushAsync();
        }
    }

    private async Task TryFlushAsync()
    {
        try
        {
            await FlushAsync(CancellationToken.None);
        }
        catch (Exception fault)
        {
            log.CommitTimesPutOff(_waiting.Count, fault);
        }
    }
}
