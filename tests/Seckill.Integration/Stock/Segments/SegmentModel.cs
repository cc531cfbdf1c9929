using Seckill.Core.Ids;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;

namespace Seckill.Integration.Stock.Segments;

/// <summary>What a segmented SKU should do, written as plainly as possible and without a look at the scripts: where each unit is.</summary>
internal sealed class SegmentModel(StockSegments segments, int units)
{
    private const long Epoch = 1;

    private readonly BucketModel[] _buckets = [.. segments.All.Select(_ => new BucketModel())];
    private readonly Dictionary<int, SegmentTransfer> _open = [];
    private readonly long[] _serials = new long[segments.Buckets];

    public long Pool { get; private set; } = units;

    public long Left => Pool + InTransfer + _buckets.Sum(bucket => bucket.Left);

    /// <summary>Units that have left one side and have not come to the other.</summary>
    public long InTransfer => _open.Values.Sum(open => (open.Gathers, IsApplied: _buckets[open.Bucket].Applied == open.Serial) switch
    {
        (true, true) => -_buckets[open.Bucket].Moved,
        (false, false) => open.Units,
        _ => 0,
    });

    public IReadOnlyList<BucketModel> Buckets => _buckets;

    public int OpenCount => _open.Count;

    public StockAnswer Grab(StockGrab grab)
    {
        BucketModel bucket = _buckets[segments.BucketOf(grab.User).Index];
        if (bucket.Held.ContainsKey(grab.User))
        {
            return StockAnswer.AlreadyGrabbed;
        }

        if (bucket.Left == 0)
        {
            return StockAnswer.SoldOut;
        }

        bucket.Held.Add(grab.User, grab.Order);
        bucket.Left--;
        return StockAnswer.Reserved;
    }

    public bool Release(UserId user)
    {
        BucketModel bucket = _buckets[segments.BucketOf(user).Index];
        bool held = bucket.Held.Remove(user);
        bucket.Left += held ? 1 : 0;
        return held;
    }

    public TransferReply Open(int index, bool gather)
    {
        if (_open.TryGetValue(index, out SegmentTransfer open))
        {
            return new TransferReply(TransferOpenStatus.AlreadyOpen, open, Pool);
        }

        if (gather ? Pool > 0 : Pool == 0)
        {
            return new TransferReply(gather ? TransferOpenStatus.NotNeeded : TransferOpenStatus.PoolEmpty, new SegmentTransfer(index, Epoch, 0, 0), Pool);
        }

        long chunk = gather ? 0 : (Pool + (2 * segments.Buckets) - 1) / (2 * segments.Buckets);
        Pool -= chunk;
        return new TransferReply(TransferOpenStatus.Opened, _open[index] = new SegmentTransfer(index, Epoch, ++_serials[index], chunk), Pool);
    }

    public (TransferApplyStatus Status, long Moved) Apply(SegmentTransfer transfer)
    {
        BucketModel bucket = _buckets[transfer.Bucket];
        if (transfer.Serial <= bucket.Applied)
        {
            return transfer.Serial == bucket.Applied ? (TransferApplyStatus.AlreadyApplied, bucket.Moved) : (TransferApplyStatus.Overtaken, 0);
        }

        bucket.Applied = transfer.Serial;
        bucket.Moved = transfer.Gathers ? -((bucket.Left + 1) / 2) : transfer.Units;
        bucket.Left += bucket.Moved;
        return (TransferApplyStatus.Applied, bucket.Moved);
    }

    public TransferSettleStatus Settle(SegmentTransfer transfer, long moved)
    {
        if (!_open.TryGetValue(transfer.Bucket, out SegmentTransfer open) || open.Serial != transfer.Serial)
        {
            return TransferSettleStatus.AlreadySettled;
        }

        _open.Remove(transfer.Bucket);
        Pool += Math.Max(0, -moved);
        return TransferSettleStatus.Settled;
    }

    /// <summary>Takes over where the units are, after steps that were not done to the model.</summary>
    public void Adopt(SegmentsLook look)
    {
        Pool = look.Pool!.Left;
        _open.Clear();
        foreach (SegmentTransfer open in look.Pool.Open)
        {
            _open.Add(open.Bucket, open);
        }

        for (int i = 0; i < _buckets.Length; i++)
        {
            (_buckets[i].Left, _buckets[i].Applied, _buckets[i].Moved) = (look.Buckets[i]!.Left, look.Buckets[i]!.Applied, look.Buckets[i]!.Moved);
            _serials[i] = Math.Max(_buckets[i].Applied, _open.GetValueOrDefault(i).Serial);
        }
    }

    /// <summary>One bucket.</summary>
    internal sealed class BucketModel
    {
        public Dictionary<UserId, OrderId> Held { get; } = [];

        public long Left { get; set; }

        public long Applied { get; set; }

        public long Moved { get; set; }
    }
}
