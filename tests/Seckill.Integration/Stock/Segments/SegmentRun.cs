using Seckill.Core.Ids;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;
using Seckill.Integration.Grab;
using Shouldly;

namespace Seckill.Integration.Stock.Segments;

/// <summary>One segmented SKU on a real Redis beside its model: each step is done to both, and the answers must agree.</summary>
internal sealed class SegmentRun(GrabNode node, StockSegments segments, int units, Dictionary<Enum, int> seen, Func<long> nextOrder)
{
    private const int Latest = 0;

    private readonly SegmentModel _model = new(segments, units);
    private readonly SegmentStore _store = node.Get<SegmentStore>();
    private readonly ChunkMover _mover = node.Get<ChunkMover>();
    private readonly List<SegmentTransfer> _opened = [];
    private readonly List<(SegmentTransfer Transfer, long Moved)> _applied = [];
    private readonly List<(UserId User, OrderId Order)> _held = [];

    public async Task WarmAsync()
    {
        foreach (StockBucket bucket in segments.Everything)
        {
            (await node.Stock.WarmAsync(bucket, bucket.IsPool ? units : 0, limit: 1, epoch: 1, mayCreate: true)).ShouldBe(WarmStatus.Created);
        }
    }

    public async Task<StockAnswer> GrabAsync(UserId user)
    {
        StockGrab grab = new(user, new OrderId(nextOrder()));
        StockReply reply = await node.Stock.GrabAsync(segments.BucketOf(user), new[] { grab }, expectedEpoch: 1, minVersion: 0);
        StockAnswer answer = reply.Decisions.ShouldHaveSingleItem().Answer;
        answer.ShouldBe(_model.Grab(grab));
        if (answer is StockAnswer.Reserved)
        {
            _held.Add((user, grab.Order));
        }

        Note(answer);
        return answer;
    }

    public async Task ReleaseAsync(int choice)
    {
        if (_held.Count > 0)
        {
            (UserId user, OrderId order) = _held[choice % _held.Count];
            _held.RemoveAt(choice % _held.Count);
            _model.Release(user).ShouldBeTrue();
            (await node.Stock.ReleaseAsync(segments.BucketOf(user), user, order)).ShouldBe(ReleaseStatus.Released);
            Note(ReleaseStatus.Released);
        }
    }

    /// <summary>A bucket draws until the pool is empty, as chance alone seldom would.</summary>
    public async Task DrainAsync(int index)
    {
        while (await OpenAsync(index, gather: false) is not TransferOpenStatus.PoolEmpty)
        {
            await ApplyAsync(Latest);
            await SettleAsync(Latest);
        }
    }

    public async Task<TransferOpenStatus> OpenAsync(int index, bool gather)
    {
        TransferReply reply = await _store.OpenAsync(segments, index, gather);
        reply.ShouldBe(_model.Open(index, gather));
        if (reply.IsOpen)
        {
            _opened.Add(reply.Transfer);
        }

        Note(reply.Status);
        return reply.Status;
    }

    /// <summary>The second step of any transfer that was ever seen, also of one that is long over.</summary>
    public async Task ApplyAsync(int choice)
    {
        if (_opened.Count > 0)
        {
            SegmentTransfer transfer = Choose(_opened, choice);
            (TransferApplyStatus status, long moved, _) = await _store.ApplyAsync(segments, transfer);
            (status, moved).ShouldBe(_model.Apply(transfer));
            if (status is not TransferApplyStatus.Overtaken)
            {
                _applied.Add((transfer, moved));
            }

            Note(status);
        }
    }

    /// <summary>The last step of any transfer whose second one was answered.</summary>
    public async Task SettleAsync(int choice)
    {
        if (_applied.Count > 0)
        {
            (SegmentTransfer transfer, long moved) = Choose(_applied, choice);
            TransferSettleStatus status = await _store.SettleAsync(segments, transfer, moved);
            status.ShouldBe(_model.Settle(transfer, moved));
            Note(status);
        }
    }

    /// <summary>A whole search of one mover. Nothing else is at work meanwhile, so it must find what there is.</summary>
    public async Task<RefillOutcome> RefillAsync(int index)
    {
        RefillOutcome outcome = await _mover.RefillAsync(segments, index);
        outcome.ShouldBe(_model.Left > 0 ? RefillOutcome.Refilled : RefillOutcome.SoldOut);
        Note(outcome);

        // The mover took steps that the model has not seen: it catches up with where the units are now.
        SegmentsLook look = await _store.LookAsync(segments);
        _model.Left.ShouldBe(look.Left);
        _model.Adopt(look);
        return outcome;
    }

    /// <summary>The independent ledger: every unit is in one place.</summary>
    public async Task AuditAsync()
    {
        SegmentsLook look = await _store.LookAsync(segments);
        (look.Pool!.Left, look.InTransfer, look.Pool.Open.Count).ShouldBe((_model.Pool, _model.InTransfer, _model.OpenCount));
        (look.Left + _held.Count).ShouldBe(units);
        (look.Pool.Total + look.InTransfer + look.Buckets.Sum(bucket => bucket!.Total)).ShouldBe(units);
        look.Pool.Left.ShouldBe(look.Pool.Total);
        foreach ((SegmentLook? bucket, SegmentModel.BucketModel expected) in look.Buckets.Zip(_model.Buckets))
        {
            bucket!.Left.ShouldBe(expected.Left);
            (bucket.Left + expected.Held.Count).ShouldBe(bucket.Total);
        }
    }

    /// <summary>Demand without end, a user after another: not one unit may be left when "sold out" is said.</summary>
    public async Task SellOutAsync()
    {
        for (int i = 0; ; i++)
        {
            UserId user = new($"late-{i}");
            if (await GrabAsync(user) is StockAnswer.SoldOut && await RefillAsync(segments.BucketOf(user).Index) is RefillOutcome.SoldOut)
            {
                break;
            }
        }

        _held.Count.ShouldBe(units);
        await AuditAsync();
    }

    // Often the latest, or few transfers would ever come to their end; else any.
    private static T Choose<T>(List<T> all, int choice) => choice % 2 == Latest ? all[^1] : all[choice / 2 % all.Count];

    private void Note(Enum what) => seen[what] = seen.GetValueOrDefault(what) + 1;
}
