using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Stock;

namespace Seckill.Core.Grab;

/// <summary>The grabs of one bucket on their way: those that arrive while calls are in flight leave together in the next one.</summary>
/// <remarks>
/// There is no timer: a lone grab starts a call at once. The size of a batch follows the load by itself, in two ways. A call is handed to the thread pool behind whatever can run already,
/// so everybody who has arrived by then is in it. And a further call leaves beside one under way only when it is half full: with few grabs one round trip after another costs each of
/// them a fraction of a millisecond, and Redis and this process a call instead of several. A call that is being asked again does not hold the others up: it counts as stalled, not as
/// under way. One lock guards queue, counts and position; it is never held across I/O. A bucket that hangs holds up only its own lane.
/// </remarks>
internal sealed class BucketLane(
    StockBucket bucket, DecideGrabs decide, SoldOutNotice soldOutNotice, GrabOutcomes outcomes, GrabOptions options, TimeProvider time, ILogger log) : IThreadPoolWorkItem
{
    private static readonly TimeSpan RetryUnavailable = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(400);

    // Of the worker id's bits the highest: an id that no node makes, with the shard as it was.
    private const long PlantedIdBit = 1L << 22;

    private readonly int _worthAnotherCall = Math.Max(1, options.MaxBatch / 2);
    private readonly Lock _gate = new();
    private readonly Queue<PendingGrab> _waiting = new();
    private readonly WitnessList _witnessed = new(options.MaxWitnessed);
    private int _callsInFlight;
    private int _callsStalled;
    private long _epoch;
    private long _version;

    public StockBucket Bucket => bucket;

    /// <summary>How a call gets its turn: behind what the pool has to do already. Tests take it at once.</summary>
    public Action<BucketLane> HandOver { get; init; } = static lane => ThreadPool.UnsafeQueueUserWorkItem(lane, preferLocal: false);

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

    public Task<GrabResult> GrabAsync(StockGrab grab, bool isFinal = true)
    {
        PendingGrab pending = new(grab, time.GetTimestamp(), isFinal);
        lock (_gate)
        {
            if (_waiting.Count >= options.MaxWaiting && !Planted.F16)
            {
                Count(pending, GrabOutcome.Overloaded);
                return Task.FromResult(new GrabResult(GrabOutcome.Overloaded, RetryAfter: RetryUnavailable));
            }

            _waiting.Enqueue(pending);
            if (!MayCall(others: _callsInFlight))
            {
                return pending.Task;
            }

            _callsInFlight++;
        }

        HandOver(this);
        return pending.Task;
    }

    /// <summary>One call's turn.</summary>
    void IThreadPoolWorkItem.Execute() => _ = CallAsync();

    /// <summary>The winners that this node has told after a place in the row of all, and the place of the latest.</summary>
    public (WitnessedWinner[] Winners, long UpTo) WitnessedAfter(long place)
    {
        lock (_gate)
        {
            return (_witnessed.After(place), _witnessed.Added);
        }
    }

    // Under the lock. Whether those who wait are worth a call beside the others under way.
    private bool MayCall(int others) =>
        _waiting.Count > 0 && others < options.MaxCallsInFlight && (others == _callsStalled || _waiting.Count >= _worthAnotherCall);

    // One batch, and then another turn. Never throws: every grab it took is answered.
    private async Task CallAsync()
    {
        if (TakeBatch() is not { Length: > 0 } batch)
        {
            return;
        }

        try
        {
            await DecideAsync(batch);
        }
        catch (Exception fault)
        {
            log.GrabBatchFailed(batch.Length, bucket, fault);
            AnswerAll(batch, new GrabResult(GrabOutcome.OutcomeUnknown, RetryAfter: RetryUnavailable));
        }

        HandOver(this);
    }

    private PendingGrab[] TakeBatch()
    {
        PendingGrab[] batch;
        List<PendingGrab>? late = null;
        lock (_gate)
        {
            long now = time.GetTimestamp();
            bool mayCall = MayCall(others: _callsInFlight - 1);
            while (mayCall && _waiting.TryPeek(out PendingGrab? oldest) && time.GetElapsedTime(oldest.EnqueuedAt, now) > options.MaxWait && !Planted.F16)
            {
                (late ??= []).Add(_waiting.Dequeue());
            }

            // They wait in the order in which they came: behind one that is in time nobody is late.
            batch = mayCall && _waiting.Count > 0 ? new PendingGrab[Math.Min(_waiting.Count, options.MaxBatch)] : [];
            for (int i = 0; i < batch.Length; i++)
            {
                batch[i] = _waiting.Dequeue();
            }

            // Counted down under the lock that saw nothing to do: a grab that comes now starts its own call.
            if (batch.Length == 0)
            {
                _callsInFlight--;
            }
        }

        if (late is not null)
        {
            AnswerAll([.. late], new GrabResult(GrabOutcome.Overloaded, RetryAfter: RetryUnavailable));
        }

        return batch;
    }

    private async Task DecideAsync(PendingGrab[] batch)
    {
        StockGrab[] grabs = Array.ConvertAll(batch, pending => pending.Grab);
        GrabCallSpans spans = GrabCallSpans.Begin(grabs);
        long startedAt = time.GetTimestamp();
        GrabMetrics.BatchSize.Record(batch.Length);
        GrabMetrics.Wait.Record(time.GetElapsedTime(batch[0].EnqueuedAt, startedAt).TotalSeconds);
        try
        {
            Answer(batch, await AskAsync(grabs, StockAsk.First), startedAt, unknownBefore: false);
        }
        catch (StockUnavailableException away) when (!away.OutcomeUnknown)
        {
            AnswerAll(batch, new GrabResult(GrabOutcome.StockUnavailable, RetryAfter: RetryUnavailable));
        }
        catch (StockUnavailableException away)
        {
            await AskAgainAsync(batch, grabs, startedAt, away);
        }
        finally
        {
            spans.End();
        }
    }

    // Once one call may have run, only an answer settles it: the same order ids are asked about again, and the script answers as it did, or would have done, the first time.
    private async Task AskAgainAsync(PendingGrab[] batch, StockGrab[] grabs, long startedAt, StockUnavailableException away)
    {
        TimeSpan pause = FirstPause;
        Stall();
        try
        {
            while (time.GetElapsedTime(startedAt) + pause <= options.AskAgainFor)
            {
                if (Planted.F14)
                {
                    grabs = Array.ConvertAll(grabs, grab => grab with { Order = new OrderId(grab.Order.Value ^ PlantedIdBit) });
                }

                GrabMetrics.AskedAgain.Add(1);
                await Task.Delay(pause, time);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                try
                {
                    Answer(batch, await AskAsync(grabs, StockAsk.Again), startedAt, unknownBefore: true);
                    return;
                }
                catch (StockUnavailableException still)
                {
                    away = still;
                }
            }

            log.GrabOutcomeUnknown(batch.Length, bucket, away);
            AnswerAll(batch, new GrabResult(GrabOutcome.OutcomeUnknown, RetryAfter: RetryUnavailable));
        }
        finally
        {
            lock (_gate)
            {
                _callsStalled--;
            }
        }
    }

    // Whoever waits for this call need not wait for its repetitions.
    private void Stall()
    {
        lock (_gate)
        {
            _callsStalled++;
            if (!MayCall(others: _callsInFlight))
            {
                return;
            }

            _callsInFlight++;
        }

        HandOver(this);
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

    private void Answer(PendingGrab[] batch, StockReply reply, long startedAt, bool unknownBefore)
    {
        GrabMetrics.CallDuration.Record(time.GetElapsedTime(startedAt).TotalSeconds);
        if (reply.Status is not StockStatus.Decided)
        {
            GrabOutcome refusal = unknownBefore ? GrabOutcome.OutcomeUnknown
                : reply.Status is StockStatus.NotWarmed ? GrabOutcome.NotWarmed : GrabOutcome.Fenced;
            AnswerAll(batch, new GrabResult(refusal, RetryAfter: RetryUnavailable));
            return;
        }

        GrabResult[] results = new GrabResult[batch.Length];
        Span<int> counts = stackalloc int[GrabOutcomes.All.Length];
        counts.Clear();
        for (int i = 0; i < batch.Length; i++)
        {
            results[i] = ResultOf(reply.Decisions[i], reply);
            if (batch[i].IsFinal)
            {
                counts[(int)results[i].Outcome]++;
            }
        }

        for (int outcome = 0; outcome < counts.Length; outcome++)
        {
            if (counts[outcome] > 0)
            {
                outcomes.Count(bucket.Sale, (GrabOutcome)outcome, counts[outcome]);
            }
        }

        AnsweredSlice.Queue(batch, results);
        bool lastUnitWent = counts[(int)GrabOutcome.Reserved] > 0 && reply.Left == 0;
        if (lastUnitWent || counts[(int)GrabOutcome.SoldOut] > 0)
        {
            soldOutNotice(bucket, lastUnitWent);
        }
    }

    private GrabResult ResultOf(StockDecision decision, StockReply reply) => decision.Answer switch
    {
        StockAnswer.Reserved or StockAnswer.AlreadyReserved => new GrabResult(GrabOutcome.Reserved, decision.Order, Epoch: reply.Epoch, Version: reply.Version, Bucket: bucket.Index),
        StockAnswer.AlreadyGrabbed => new GrabResult(GrabOutcome.AlreadyGrabbed, decision.Order),
        StockAnswer.SoldOut => new GrabResult(GrabOutcome.SoldOut),
        _ => new GrabResult(GrabOutcome.OutboxFull, RetryAfter: RetryUnavailable),
    };

    private void AnswerAll(PendingGrab[] batch, GrabResult result)
    {
        Array.ForEach(batch, pending => Count(pending, result.Outcome));
        GrabResult[] results = new GrabResult[batch.Length];
        Array.Fill(results, result);
        AnsweredSlice.Queue(batch, results);
    }

    private void Count(PendingGrab pending, GrabOutcome outcome)
    {
        if (pending.IsFinal)
        {
            outcomes.Count(bucket.Sale, outcome);
        }
    }
}
