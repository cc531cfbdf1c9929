using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Stock;

namespace Seckill.Core.Grab;

/// <summary>The grabs of one bucket on their way: those that arrive while calls are in flight leave together in the next one.</summary>
/// <remarks>
/// There is no timer: a lone grab starts a call at once. One lock guards queue, call count and position; it is never held across I/O.
/// A bucket that hangs holds up only its own lane.
/// </remarks>
internal sealed class BucketLane(
    StockBucket bucket, DecideGrabs decide, Action<StockBucket> suspectSoldOut, GrabOptions options, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan RetryUnavailable = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(400);

    // Of the worker id's bits the highest: an id that no node makes, with the shard as it was.
    private const long PlantedIdBit = 1L << 22;

    private readonly Lock _gate = new();
    private readonly Queue<PendingGrab> _waiting = new();
    private readonly WitnessList _witnessed = new(options.MaxWitnessed);
    private int _callsInFlight;
    private long _epoch;
    private long _version;

    public StockBucket Bucket => bucket;

    /// <summary>True when this node can testify to winners of the bucket.</summary>
    public bool HasWitnessed
    {
        get
        {
            lock (_gate)
            {
                return _witnessed.Count > 0;
            }
        }
    }

    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _callsInFlight == 0;
            }
        }
    }

    /// <summary>Grabs that no call has taken yet.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    public Task<GrabResult> GrabAsync(StockGrab grab)
    {
        PendingGrab pending = new(grab, time.GetTimestamp());
        lock (_gate)
        {
            if (_waiting.Count >= options.MaxWaiting && !Planted.F16)
            {
                return Task.FromResult(new GrabResult(GrabOutcome.Overloaded, RetryAfter: RetryUnavailable));
            }

            _waiting.Enqueue(pending);
            if (_callsInFlight == options.MaxCallsInFlight)
            {
                return pending.Task;
            }

            _callsInFlight++;
        }

        _ = PumpAsync();
        return pending.Task;
    }

    /// <summary>The winners that this node has told after a place in the row of all, and the place of the latest.</summary>
    public (WitnessedWinner[] Winners, long UpTo) WitnessedAfter(long place)
    {
        lock (_gate)
        {
            return (_witnessed.After(place), _witnessed.Added);
        }
    }

    // Sends batch after batch until nobody waits. Never throws: every grab it took is answered.
    private async Task PumpAsync()
    {
        while (TakeBatch() is { Length: > 0 } batch)
        {
            try
            {
                await DecideAsync(batch);
            }
            catch (Exception fault)
            {
                log.GrabBatchFailed(batch.Length, bucket, fault);
                AnswerAll(batch, new GrabResult(GrabOutcome.OutcomeUnknown, RetryAfter: RetryUnavailable));
            }
        }
    }

    private PendingGrab[] TakeBatch()
    {
        List<PendingGrab> batch = [];
        lock (_gate)
        {
            while (batch.Count < options.MaxBatch && _waiting.TryDequeue(out PendingGrab? next))
            {
                if (time.GetElapsedTime(next.EnqueuedAt) > options.MaxWait && !Planted.F16)
                {
                    next.TrySetResult(new GrabResult(GrabOutcome.Overloaded, RetryAfter: RetryUnavailable));
                    continue;
                }

                batch.Add(next);
            }

            // Counted down under the lock that saw the queue empty: a grab that comes now starts its own call.
            if (batch.Count == 0)
            {
                _callsInFlight--;
            }
        }

        return [.. batch];
    }

    private async Task DecideAsync(PendingGrab[] batch)
    {
        StockGrab[] grabs = Array.ConvertAll(batch, pending => pending.Grab);
        GrabMetrics.BatchSize.Record(batch.Length);
        long startedAt = time.GetTimestamp();
        bool unknown = false;
        TimeSpan pause = FirstPause;
        while (true)
        {
            try
            {
                StockReply reply = await AskAsync(grabs, unknown ? StockAsk.Again : StockAsk.First);
                Answer(batch, reply, unknown);
                return;
            }
            catch (StockUnavailableException away)
            {
                // Once one call may have run, only an answer settles it: the same order ids are asked about again, and the script
                // answers as it did, or would have done, the first time.
                unknown |= away.OutcomeUnknown;
                if (Planted.F14)
                {
                    grabs = Array.ConvertAll(grabs, grab => grab with { Order = new OrderId(grab.Order.Value ^ PlantedIdBit) });
                }

                if (!unknown)
                {
                    AnswerAll(batch, new GrabResult(GrabOutcome.StockUnavailable, RetryAfter: RetryUnavailable));
                    return;
                }

                if (time.GetElapsedTime(startedAt) + pause > options.AskAgainFor)
                {
                    log.GrabOutcomeUnknown(batch.Length, bucket, away);
                    AnswerAll(batch, new GrabResult(GrabOutcome.OutcomeUnknown, RetryAfter: RetryUnavailable));
                    return;
                }
            }

            GrabMetrics.AskedAgain.Add(1);
            await Task.Delay(pause, time);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    // Asks with the position known now. A rebuilt bucket (a higher epoch) is taken as the new truth, and asked again at once.
    private async Task<StockReply> AskAsync(StockGrab[] grabs, StockAsk ask)
    {
        while (true)
        {
            (long epoch, long version) = Position();
            StockReply reply = await decide(bucket, grabs, epoch, version, ask);
            if (reply.Status is StockStatus.EpochChanged && reply.Epoch > epoch)
            {
                Advance(reply.Epoch, reply.Version);
                continue;
            }

            if (reply.Status is StockStatus.Decided)
            {
                Advance(reply.Epoch, reply.Version);
                Witness(grabs, reply);
            }
            else if (reply.Status is StockStatus.Fenced)
            {
                GrabMetrics.Fenced.Add(1); // A recovery is at work, and has said so once; a line per batch would drown it.
            }
            else if (reply.Status is StockStatus.EpochChanged or StockStatus.VersionBehind)
            {
                GrabMetrics.Fenced.Add(1);
                log.BucketFenced(bucket, reply.Epoch, reply.Version, epoch, version);
            }

            return reply;
        }
    }

    private (long Epoch, long Version) Position()
    {
        lock (_gate)
        {
            return (_epoch, _version);
        }
    }

    // Replies of two calls may be handled in any order: the position only rises.
    private void Advance(long epoch, long version)
    {
        lock (_gate)
        {
            if (epoch > _epoch)
            {
                (_epoch, _version) = (epoch, version);
            }
            else if (epoch == _epoch && version > _version)
            {
                _version = version;
            }
        }
    }

    // Before anyone is told: whoever hears 202 stands on the list.
    private void Witness(StockGrab[] grabs, StockReply reply)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            for (int i = 0; i < grabs.Length; i++)
            {
                if (reply.Decisions[i].Answer is StockAnswer.Reserved or StockAnswer.AlreadyReserved)
                {
                    _witnessed.Add(new WitnessedWinner(grabs[i].User, grabs[i].Order, reply.Epoch, reply.Version, now));
                }
            }
        }
    }

    private void Answer(PendingGrab[] batch, StockReply reply, bool unknownBefore)
    {
        if (reply.Status is not StockStatus.Decided)
        {
            GrabOutcome refusal = unknownBefore ? GrabOutcome.OutcomeUnknown
                : reply.Status is StockStatus.NotWarmed ? GrabOutcome.NotWarmed : GrabOutcome.Fenced;
            AnswerAll(batch, new GrabResult(refusal, RetryAfter: RetryUnavailable));
            return;
        }

        bool soldOut = false;
        for (int i = 0; i < batch.Length; i++)
        {
            StockDecision decision = reply.Decisions[i];
            soldOut |= decision.Answer is StockAnswer.SoldOut;
            batch[i].TrySetResult(decision.Answer switch
            {
                StockAnswer.Reserved or StockAnswer.AlreadyReserved => new GrabResult(GrabOutcome.Reserved, decision.Order, Epoch: reply.Epoch, Version: reply.Version),
                StockAnswer.AlreadyGrabbed => new GrabResult(GrabOutcome.AlreadyGrabbed, decision.Order),
                StockAnswer.SoldOut => new GrabResult(GrabOutcome.SoldOut),
                _ => new GrabResult(GrabOutcome.OutboxFull, RetryAfter: RetryUnavailable),
            });
        }

        if (soldOut)
        {
            suspectSoldOut(bucket);
        }
    }

    private static void AnswerAll(PendingGrab[] batch, GrabResult result)
    {
        foreach (PendingGrab pending in batch)
        {
            pending.TrySetResult(result);
        }
    }
}
