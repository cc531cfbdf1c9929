using Microsoft.Extensions.Options;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Stock.Segments;

/// <summary>The steps of a transfer between the pool of a segmented SKU and its buckets, and the look at all of them. Each step is one atomic script on one node.</summary>
/// <remarks>
/// Thread-safe. The pool's record says everything that finishing a transfer needs, so whoever finds it open may carry it on, from any process and as often as he likes; docs/segmented-stock.md has the
/// crash window of each step. What a part has shown to this process it must not show less of later: the first two steps refuse a replica that was promoted without the latest writes. Every step throws <see cref="StockUnavailableException"/> when there is no answer: call again.
/// </remarks>
public sealed class SegmentStore(RedisConnection redis, IOptions<StockOptions> options, TimeProvider time)
{
    private const int LookFields = 6;

    private static readonly RedisScript OpenScript = RedisScript.Load("transfer-open.lua");
    private static readonly RedisScript ApplyScript = RedisScript.Load("transfer-apply.lua");
    private static readonly RedisScript SettleScript = RedisScript.Load("transfer-settle.lua");
    private static readonly RedisScript LookScript = RedisScript.Load("segment-look.lua");

    private readonly SeenVersions _seen = new();
    private readonly StockCalls _calls = new(redis, options.Value, time);

    /// <summary>First step, at the pool: records a transfer, and takes what is drawn off the pool's stock.</summary>
    /// <param name="segments">The SKU.</param>
    /// <param name="bucket">Index of the bucket.</param>
    /// <param name="gather">False draws a chunk for the bucket; true fetches units from it.</param>
    /// <param name="epoch">The epoch the caller knows; 0 = not known.</param>
    public async Task<TransferReply> OpenAsync(StockSegments segments, int bucket, bool gather, long epoch = 0)
    {
        StockKeys keys = new(segments.Pool);
        (long seenEpoch, long minVersion) = _seen.Of(segments.Pool);
        RedisResult[] reply = await _calls.RunAsync(
            OpenScript, [keys.Stock, keys.Meta, keys.Transfers], [bucket, epoch, segments.Buckets, gather ? 1 : 0, seenEpoch, minVersion]);
        _seen.Note(segments.Pool, (long)reply[1], (long)reply[5]);
        return new TransferReply((TransferOpenStatus)(int)reply[0], new SegmentTransfer(bucket, (long)reply[1], (long)reply[2], (long)reply[3]), (long)reply[4]);
    }

    /// <summary>Second step, at the bucket: its units move, once.</summary>
    /// <returns>What became of it; the units that came in, below 0 those that were handed over; the units that the bucket has left.</returns>
    public async Task<(TransferApplyStatus Status, long Moved, long Left)> ApplyAsync(StockSegments segments, SegmentTransfer transfer)
    {
        StockKeys keys = new(segments[transfer.Bucket]);
        (long seenEpoch, long minVersion) = _seen.Of(segments[transfer.Bucket]);
        RedisResult[] reply = await _calls.RunAsync(
            ApplyScript, [keys.Stock, keys.Meta], [transfer.Epoch, transfer.Serial, transfer.Units, seenEpoch, minVersion]);
        _seen.Note(segments[transfer.Bucket], (long)reply[1], (long)reply[4]);
        return ((TransferApplyStatus)(int)reply[0], (long)reply[2], (long)reply[3]);
    }

    /// <summary>Last step, at the pool: what was handed over comes in, and the record is closed.</summary>
    /// <param name="segments">The SKU.</param>
    /// <param name="transfer">The transfer.</param>
    /// <param name="moved">What the bucket answered.</param>
    public async Task<TransferSettleStatus> SettleAsync(StockSegments segments, SegmentTransfer transfer, long moved)
    {
        StockKeys keys = new(segments.Pool);
        RedisResult[] reply = await _calls.RunAsync(
            SettleScript, [keys.Stock, keys.Meta, keys.Transfers], [transfer.Bucket, transfer.Epoch, transfer.Serial, moved]);
        return (TransferSettleStatus)(int)reply[0];
    }

    /// <summary>Looks at the pool and at every bucket, each at a moment of its own, all in one round. A part that does not answer is null.</summary>
    public async Task<SegmentsLook> LookAsync(StockSegments segments)
    {
        Task<SegmentLook?> pool = LookAtAsync(segments.Pool);
        SegmentLook?[] buckets = await Task.WhenAll(segments.All.Select(LookAtAsync));
        return new SegmentsLook(await pool, buckets);
    }

    private async Task<SegmentLook?> LookAtAsync(StockBucket segment)
    {
        StockKeys keys = new(segment);
        try
        {
            RedisResult[] reply = await _calls.RunAsync(LookScript, [keys.Stock, keys.Meta, keys.Transfers], []);
            _seen.Note(segment, (long)reply[0], (long)reply[1]);
            return SegmentLook.Read(
                (long)reply[0], (long)reply[1], (long)reply[2], (long)reply[3], (long)reply[4], (string)reply[5]!, Array.ConvertAll(reply[LookFields..], text => (string)text!));
        }
        catch (StockUnavailableException)
        {
            return null;
        }
    }
}
