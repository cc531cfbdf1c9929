using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Recovery;
using StackExchange.Redis;

namespace Seckill.Core.Grab;

/// <summary>
/// Lays down in Redis which winners this node has told 202, as soon as their bucket begins another life: a promoted replica may have forgotten them before their outbox entries were relayed, and
/// then this node is the only one that knows of the promise.
/// </summary>
/// <remarks>
/// From then on the promise is in two places again, and the node may die: the recovery claims what no order row knows (<see cref="TestimonyClaims"/>). It happens within <see cref="Every"/> of the loss
/// and needs neither MySQL nor Kafka, however long the recovery waits for those. The winners stay in memory, for Redis may be lost once more. Every step may be repeated.
/// </remarks>
public sealed class WitnessLoop : BackgroundService
{
    private readonly GrabCoalescer _coalescer;
    private readonly StockStore _stock;
    private readonly TestimonyStore _testimony;
    private readonly TimeProvider _time;
    private readonly ILogger<WitnessLoop> _log;
    private readonly ConcurrentDictionary<StockBucket, Told> _told = new();
    private readonly OutageNews _outage = new();

    /// <summary>Made by the container.</summary>
    internal WitnessLoop(GrabCoalescer coalescer, StockStore stock, TestimonyStore testimony, TimeProvider time, ILogger<WitnessLoop> log)
    {
        (_coalescer, _stock, _testimony, _time, _log) = (coalescer, stock, testimony, time, log);
    }

    /// <summary>How often a node looks at the buckets whose winners it knows: 200 ms.</summary>
    public static TimeSpan Every { get; } = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Every, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                BucketLane[] lanes = [.. _coalescer.Witnesses];
                foreach (StockBucket gone in _told.Keys.Except(lanes.Select(lane => lane.Bucket)).ToArray())
                {
                    _told.TryRemove(gone, out _);
                }

                // At once: a node of a cluster that is away holds up its own buckets and no other, and that for one time-out.
                Exception?[] faults = await Task.WhenAll(lanes.Select(TryTestifyAsync));
                int away = faults.Count(fault => fault is not null);
                if (_outage.IsNews(away))
                {
                    int first = Array.FindIndex(faults, fault => fault is not null);
                    _log.TestimonyPutOff(away, lanes[first].Bucket, faults[first]!); // The next tick tries again.
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was not laid down rests on the outbox and the order rows, as if this node had died.
        }
    }

    private async Task<Exception?> TryTestifyAsync(BucketLane lane)
    {
        try
        {
            await TestifyAsync(lane);
            return null;
        }
        catch (Exception fault) when (fault is StockUnavailableException or RedisException or TimeoutException)
        {
            return fault;
        }
    }

    private async Task TestifyAsync(BucketLane lane)
    {
        BucketLook look = await _stock.LookAsync(lane.Bucket);
        long life = Math.Max(look.Epoch, look.Fence);
        Told told = _told.TryGetValue(lane.Bucket, out Told? before) && before.RunId == look.RunId && before.Life == life ? before : new Told(look.RunId, life, 0);

        // Another server: whatever was told may be missing there. The same server: only what was told in a life that is over, also by an answer that was still on its way when it ended.
        bool sameServer = before is null || before.RunId == look.RunId;
        (WitnessedWinner[] winners, long upTo) = lane.WitnessedAfter(told.UpTo);
        WitnessedWinner[] inDoubt = [.. winners.Where(winner => !sameServer || winner.Epoch < life)];
        if (inDoubt.Length > 0)
        {
            await _testimony.AddAsync(lane.Bucket, inDoubt);
            GrabMetrics.Testified.Add(inDoubt.Length);
            _log.WinnersTestified(lane.Bucket, inDoubt.Length, life);
        }

        _told[lane.Bucket] = told with { UpTo = upTo };
    }

    /// <summary>Up to which winner of a lane this node has testified in a life of the bucket.</summary>
    private sealed record Told(string RunId, long Life, long UpTo);
}
