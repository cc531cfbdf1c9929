using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Stock;

/// <summary>The stock buckets in Redis: the only place where units are promised and taken back.</summary>
/// <remarks>Thread-safe. One round trip per call unless said otherwise. Every script is safe to repeat with the same order ids.</remarks>
public sealed class StockStore(RedisConnection redis, IOptions<StockOptions> options, TimeProvider time)
{
    /// <summary>Most grabs in one batch: the point past which a larger batch gains little, and far below Lua's limit on unpacked values.</summary>
    public const int MaxBatch = 256;

    /// <summary>Most grabs of one batch whose traces go along: 32, 2.5 KB of an entry. Those past it are decided like all others; their traces end here.</summary>
    public const int MaxTraced = 32;

    private const int AnswersField = 4;
    private const int GrabArguments = 7;
    private const int MaxKeptReleased = 100_000;

    private static readonly RedisScript GrabScript = RedisScript.Load("grab.lua");
    private static readonly RedisScript ReleaseScript = RedisScript.Load("release.lua");
    private static readonly RedisScript WarmScript = RedisScript.Load("warm.lua");
    private static readonly RedisScript LookScript = RedisScript.Load("look.lua");
    private static readonly RedisValue[] LifeFields = ["epoch", "version", "total", "limit"];

    private readonly StockCalls _calls = new(redis, options.Value, time);
    private readonly int _maxOutboxLength = options.Value.MaxOutboxLength;
    private readonly int _replicaAcks = options.Value.ReplicaAcks;
    private readonly TimeSpan _replicaTimeout = options.Value.ReplicaTimeout;

    /// <summary>How long a released order is remembered: 10 min, far above the longest that a lane asks again (<see cref="Grab.GrabOptions.AskAgainFor"/>). At most 100,000 of a bucket.</summary>
    public static TimeSpan KeepReleased { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Decides a batch of grabs.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="grabs">1 to <see cref="MaxBatch"/>; a user may stand in it more than once.</param>
    /// <param name="expectedEpoch">The epoch the caller knows; 0 = not known yet.</param>
    /// <param name="minVersion">The highest version the caller has seen in that epoch; 0 = none.</param>
    /// <param name="ask">Whether the same order ids were asked about before.</param>
    /// <exception cref="StockUnavailableException">No answer; see its <see cref="StockUnavailableException.OutcomeUnknown"/>.</exception>
    public Task<StockReply> GrabAsync(StockBucket bucket, ReadOnlyMemory<StockGrab> grabs, long expectedEpoch, long minVersion, StockAsk ask = StockAsk.First) =>
        Planted.F6 ? DecideAsync(bucket, grabs, 0, 0, ask, passFence: 0) : DecideAsync(bucket, grabs, expectedEpoch, minVersion, ask, passFence: 0);

    /// <summary>
    /// Asks for units that were promised before, in a life of the bucket that Redis may have forgotten: Reserved and AlreadyReserved mean that the unit is theirs (again), anything
    /// else that it is gone. What is reserved anew takes the usual road through the outbox to its order row.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="grabs">1 to <see cref="MaxBatch"/>. Only orders that have not ended: an ended one would hold a unit that nobody pays.</param>
    /// <param name="passFence">The epoch of the recovery under way: passes its fence once the new life is in place. 0: waits outside like everyone else.</param>
    /// <exception cref="StockUnavailableException">No answer; call again.</exception>
    public async Task<StockReply> ClaimAsync(StockBucket bucket, ReadOnlyMemory<StockGrab> grabs, long passFence = 0)
    {
        StockReply reply = await DecideAsync(bucket, grabs, 0, 0, StockAsk.Claim, passFence);
        if (reply.Status is StockStatus.Decided)
        {
            // A claim may be older than its bucket stays listed, and a unit that is given anew is sent by the relay. After the claim: FinishedBuckets looks into the outbox once more after it has struck a
            // bucket off, so one of the two sees the other. Whoever dies here claims again, and is told that the unit is his.
            await EnterDirectoryAsync(bucket);
        }

        return reply;
    }

    /// <summary>Gives the unit of one order back, exactly once however often it is called, and tells all nodes that units returned.</summary>
    /// <exception cref="StockUnavailableException">No answer; call again.</exception>
    public async Task<ReleaseStatus> ReleaseAsync(StockBucket bucket, UserId user, OrderId order)
    {
        StockKeys keys = new(bucket);
        RedisResult[] reply = await RunAsync(
            ReleaseScript,
            [keys.Stock, keys.Buyers, keys.Meta, keys.Released],
            [user.Value, order.Value, bucket.ToString(), StockKeys.ReturnedChannel, NowMs, (long)KeepReleased.TotalMilliseconds, MaxKeptReleased]);
        return (ReleaseStatus)(int)reply[0];
    }

    /// <summary>Tells all nodes that a bucket's last unit went. Waits for nothing and never throws: who does not hear it finds out by asking.</summary>
    public void TellSoldOut(StockBucket bucket)
    {
        try
        {
            redis.Database.Publish(StockKeys.SoldOutChannel, bucket.ToString(), CommandFlags.FireAndForget);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException or ObjectDisposedException)
        {
            // No connection at this moment: the message is lost, like one that nobody heard.
        }
    }

    /// <summary>Creates the bucket if nothing of it exists, and enters it in the directory; never resets one. Two round trips.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="units">Units offered, at least 1; 0 for a bucket that will draw on a pool.</param>
    /// <param name="limit">Units per user, at least 1.</param>
    /// <param name="epoch">The epoch of a new bucket, at least 1.</param>
    /// <param name="mayCreate">False only looks.</param>
    /// <exception cref="StockUnavailableException">No answer; call again.</exception>
    public async Task<WarmStatus> WarmAsync(StockBucket bucket, int units, int limit, long epoch, bool mayCreate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(units);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(epoch, 1);

        // The directory first: a bucket with units that no relay knows of would sell into an outbox that nobody reads.
        await EnterDirectoryAsync(bucket);
        StockKeys keys = new(bucket);
        RedisResult[] reply = await RunAsync(
            WarmScript, [keys.Stock, keys.Buyers, keys.Outbox, keys.Meta], [units, limit, epoch, mayCreate ? 1 : 0]);
        return (WarmStatus)(int)reply[0];
    }

    /// <summary>Enters a bucket in the directory, whose relays then carry its outbox to Kafka.</summary>
    /// <exception cref="StockUnavailableException">No answer; call again.</exception>
    public Task EnterDirectoryAsync(StockBucket bucket) => AskAsync(db => db.SetAddAsync(StockKeys.Directory, bucket.ToString()));

    /// <summary>Reads the state of a bucket; null when it does not exist. Commands are pipelined, not atomic.</summary>
    /// <exception cref="StockUnavailableException">No answer.</exception>
    public async Task<BucketState?> ReadAsync(StockBucket bucket)
    {
        StockKeys keys = new(bucket);
        return await AskAsync(async db =>
        {
            Task<RedisValue[]> life = db.HashGetAsync(keys.Meta, LifeFields);
            Task<RedisValue> left = db.StringGetAsync(keys.Stock);
            Task<RedisResult> outbox = db.ExecuteAsync("XLEN", keys.Outbox);
            await Task.WhenAll(life, left, outbox);
            RedisValue[] fields = await life;
            RedisValue units = await left;
            return units.IsNull || Array.Exists(fields, field => field.IsNull)
                ? null
                : new BucketState((long)fields[0], (long)fields[1], (long)fields[2], (int)fields[3], (long)units, (long)await outbox);
        });
    }

    /// <summary>Looks at a bucket, whole and at one moment, also when parts of it are missing.</summary>
    /// <exception cref="StockUnavailableException">No answer.</exception>
    public async Task<BucketLook> LookAsync(StockBucket bucket)
    {
        StockKeys keys = new(bucket);
        RedisResult[] reply = await RunAsync(LookScript, [keys.Stock, keys.Outbox, keys.Meta, keys.Testimony], []);
        return new BucketLook(
            (string)reply[0]!, (long)reply[1], (long)reply[2], (long)reply[3], (int)reply[4], (long)reply[5], (long)reply[6], (long)reply[7], (long)reply[8], (int)reply[9]);
    }

    /// <summary>The orders that a user holds in a bucket; empty when none.</summary>
    /// <exception cref="StockUnavailableException">No answer.</exception>
    public async Task<IReadOnlyList<OrderId>> FindHeldAsync(StockBucket bucket, UserId user) =>
        [.. HeldOrders.Parse(await AskAsync(db => db.HashGetAsync(new StockKeys(bucket).Buyers, user.Value))).Select(held => held.Order)];

    /// <summary>
    /// All buyers of a bucket: user id -> the orders held, as the hash keeps them. Pages through the hash, so it does not hold Redis up and is no snapshot: compare the bucket's
    /// version before and after.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="maxBuyers">Most buyers to read; more answer null.</param>
    /// <exception cref="StockUnavailableException">No answer.</exception>
    public async Task<Dictionary<string, string>?> ReadBuyersAsync(StockBucket bucket, int maxBuyers)
    {
        Dictionary<string, string> buyers = [];
        RedisKey key = new StockKeys(bucket).Buyers;
        string cursor = "0";
        do
        {
            RedisResult[] page = (RedisResult[])await AskAsync(db => db.ExecuteAsync("HSCAN", key, cursor, "COUNT", 1_000));
            cursor = (string)page[0]!;
            RedisValue[] pairs = (RedisValue[])page[1]!;
            for (int i = 0; i < pairs.Length; i += 2)
            {
                buyers[pairs[i]!] = pairs[i + 1]!;
            }

            if (buyers.Count > maxBuyers)
            {
                return null;
            }
        }
        while (cursor != "0");
        return buyers;
    }

    private async Task<StockReply> DecideAsync(StockBucket bucket, ReadOnlyMemory<StockGrab> grabs, long expectedEpoch, long minVersion, StockAsk ask, long passFence)
    {
        ArgumentOutOfRangeException.ThrowIfZero(grabs.Length, nameof(grabs));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(grabs.Length, MaxBatch, nameof(grabs));
        StockKeys keys = new(bucket);
        RedisValue[] arguments = new RedisValue[GrabArguments + (2 * grabs.Length)];
        arguments[0] = NowMs;
        arguments[1] = minVersion;
        arguments[2] = expectedEpoch;
        arguments[3] = _maxOutboxLength;
        arguments[4] = (int)ask;
        arguments[5] = passFence;
        arguments[6] = TracesOf(grabs.Span);
        for (int i = 0; i < grabs.Length; i++)
        {
            StockGrab grab = grabs.Span[i];
            arguments[GrabArguments + i] = grab.User.Value;
            arguments[GrabArguments + grabs.Length + i] = grab.Order.Value;
        }

        RedisResult[] reply = await RunAsync(GrabScript, [keys.Stock, keys.Buyers, keys.Outbox, keys.Meta, keys.Released], arguments);
        StockReply decided = new((StockStatus)(int)reply[0], (long)reply[1], (long)reply[2], (long)reply[3], ReadDecisions(reply, grabs.Span));
        if (_replicaAcks > 0 && decided.Decisions.Any(decision => decision.Answer is StockAnswer.Reserved or StockAnswer.AlreadyReserved))
        {
            await WaitForReplicasAsync();
        }

        return decided;
    }

    // WAIT covers everything that the server had done for this connection when it was sent, a repeated question included: one for the whole batch. Nobody has been told yet, so
    // an answer that does not come in time is an unknown outcome, and the same order ids are asked about again.
    private async Task WaitForReplicasAsync()
    {
        int acks = (int)await AskAsync(db => db.ExecuteAsync("WAIT", _replicaAcks, (long)_replicaTimeout.TotalMilliseconds));
        if (acks < _replicaAcks)
        {
            throw new StockUnavailableException($"{acks} of {_replicaAcks} replicas confirmed in time.", outcomeUnknown: true);
        }
    }

    private static string TracesOf(ReadOnlySpan<StockGrab> grabs)
    {
        StringBuilder? traces = null;
        int traced = 0;
        foreach (StockGrab grab in grabs)
        {
            if (grab.TraceParent is { } trace && traced++ < MaxTraced)
            {
                traces = (traces?.Append('\n') ?? new StringBuilder()).Append(CultureInfo.InvariantCulture, $"{grab.Order.Value} {trace}");
            }
        }

        return traces?.ToString() ?? string.Empty;
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static StockDecision[] ReadDecisions(RedisResult[] reply, ReadOnlySpan<StockGrab> grabs)
    {
        if (reply.Length <= AnswersField)
        {
            return [];
        }

        string answers = (string)reply[AnswersField]!;
        int named = AnswersField;
        StockDecision[] decisions = new StockDecision[answers.Length];
        for (int i = 0; i < decisions.Length; i++)
        {
            StockAnswer answer = (StockAnswer)(answers[i] - '0');
            decisions[i] = answer switch
            {
                StockAnswer.AlreadyGrabbed => new StockDecision(answer, new OrderId((long)reply[++named])),
                StockAnswer.Reserved or StockAnswer.AlreadyReserved => new StockDecision(answer, grabs[i].Order),
                _ => new StockDecision(answer, default),
            };
        }

        return decisions;
    }

    private Task<RedisResult[]> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments) => _calls.RunAsync(script, keys, arguments);

    private Task<T> AskAsync<T>(Func<IDatabase, Task<T>> command) => _calls.AskAsync(command);
}
