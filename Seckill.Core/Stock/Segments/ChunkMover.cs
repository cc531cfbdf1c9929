using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Stock.Segments;

/// <summary>Brings units to where they are wanted: draws chunks from the pool, gathers the last units from the other buckets, finishes what others have left half done, and says when there is nothing left.</summary>
/// <remarks>
/// Holds no state and no lock: any number of movers may be at work on a SKU, in any processes, and each may die anywhere. Two that want the same transfer carry the same record out, and the scripts
/// move its units once. Thread-safe.
/// </remarks>
public sealed class ChunkMover(SegmentStore store, ILogger<ChunkMover> log)
{
    // A round that brought nothing has met another mover that was faster, or a part that is closed. Whoever waits may search again; a search that never ends would outlive them.
    private const int MaxRounds = 16;

    /// <summary>Brings units to one bucket, wherever they are.</summary>
    /// <param name="segments">The SKU, segmented.</param>
    /// <param name="index">The bucket that has none.</param>
    /// <returns>Never throws for a Redis that is away: then it is <see cref="RefillOutcome.Unavailable"/>, unless units were found elsewhere.</returns>
    public async Task<RefillOutcome> RefillAsync(StockSegments segments, int index)
    {
        try
        {
            for (int round = 0; round < MaxRounds; round++)
            {
                TransferReply draw = await store.OpenAsync(segments, index, gather: false);
                if (draw.IsOpen)
                {
                    switch (await CarryAsync(segments, draw.Transfer))
                    {
                        case null:
                            return RefillOutcome.Fenced;
                        case > 0:
                            SegmentMetrics.Refills.Add(1);
                            return RefillOutcome.Refilled;
                    }
                }
                else if (draw.Status is not TransferOpenStatus.PoolEmpty)
                {
                    return RefillOutcome.Fenced;
                }
                else if (await SearchAsync(segments, index) is { } found)
                {
                    return found;
                }
            }

            return RefillOutcome.Busy;
        }
        catch (StockUnavailableException)
        {
            // The pool, or the bucket that a transfer goes to or comes from. What was begun stands in the pool's record.
            return RefillOutcome.Unavailable;
        }
    }

    /// <summary>Finishes every transfer that stands open, whoever began it.</summary>
    /// <returns>How many were found open.</returns>
    /// <exception cref="StockUnavailableException">A node did not answer.</exception>
    public async Task<int> FinishAllAsync(StockSegments segments)
    {
        SegmentsLook look = await store.LookAsync(segments);
        IReadOnlyList<SegmentTransfer> open = look.Pool?.Open ?? [];
        foreach (SegmentTransfer transfer in open)
        {
            await CarryAsync(segments, transfer);
        }

        return open.Count;
    }

    /// <summary>Looks through an SKU whose pool is empty. Null: something has moved towards the pool, so that it is worth drawing again.</summary>
    private async Task<RefillOutcome?> SearchAsync(StockSegments segments, int index)
    {
        SegmentsLook look = await store.LookAsync(segments);
        if (look.Buckets[index] is { IsOpen: true, Left: > 0 })
        {
            return RefillOutcome.Refilled; // A unit came back, or another mover was here.
        }

        if (look.Pool is not { IsOpen: true } pool)
        {
            return look.Pool is null ? RefillOutcome.Unavailable : RefillOutcome.Fenced;
        }

        foreach (SegmentTransfer transfer in pool.Open)
        {
            if (look.Buckets[transfer.Bucket] is { IsOpen: true })
            {
                await CarryAsync(segments, transfer);
            }
        }

        if (look.Richest() is { } richest)
        {
            TransferReply gather = await store.OpenAsync(segments, richest, gather: true, pool.Epoch);
            if (gather.IsOpen)
            {
                await CarryAsync(segments, gather.Transfer);
                SegmentMetrics.Gathers.Add(1);
            }

            return null;
        }

        if (!look.IsOpen)
        {
            return look.Buckets.Any(bucket => bucket is null) ? RefillOutcome.Unavailable : RefillOutcome.Fenced;
        }

        return look.HasNothing && SegmentsLook.ProveSoldOut(look, await store.LookAsync(segments)) ? RefillOutcome.SoldOut : null;
    }

    /// <summary>Second and last step of a transfer.</summary>
    /// <returns>The units that the bucket has left, for what came in with a transfer of somebody else's may be sold already. Null: it is lost or being recovered.</returns>
    private async Task<long?> CarryAsync(StockSegments segments, SegmentTransfer transfer)
    {
        (TransferApplyStatus status, long moved, long left) = await store.ApplyAsync(segments, transfer);
        if (status is TransferApplyStatus.Behind or TransferApplyStatus.VersionBehind)
        {
            // The guardian sees the loss by the version, and fences; until then nothing is moved here.
            log.TransferContradicted(segments[transfer.Bucket], transfer.Epoch, transfer.Serial);
        }

        if (status is not (TransferApplyStatus.Applied or TransferApplyStatus.AlreadyApplied))
        {
            return status is TransferApplyStatus.Overtaken ? left : null;
        }

        if (await store.SettleAsync(segments, transfer, moved) is TransferSettleStatus.Contradicted)
        {
            log.TransferContradicted(segments.Pool, transfer.Epoch, transfer.Serial);
        }

        return left;
    }
}
