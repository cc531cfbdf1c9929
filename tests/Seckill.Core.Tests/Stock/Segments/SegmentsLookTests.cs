using Seckill.Core.Stock.Segments;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Stock.Segments;

/// <summary>What may be concluded from readings of a segmented SKU.</summary>
public sealed class SegmentsLookTests
{
    private static readonly SegmentLook Nothing = new(Epoch: 3, Version: 7, Total: 5, Left: 0, Fence: -1, Applied: 4, Moved: 2, Open: []);
    private static readonly SegmentLook EmptyPool = Nothing with { Total = 0, Applied = 0, Moved = 0 };
    private static readonly SegmentsLook AllSold = new(EmptyPool, [Nothing, Nothing]);

    [Fact]
    public void NothingSeenTwice_AndNothingChanged_IsSoldOut() => SegmentsLook.ProveSoldOut(AllSold, new SegmentsLook(EmptyPool, [Nothing, Nothing])).ShouldBeTrue();

    public static TheoryData<string, SegmentsLook> NoProof => new()
    {
        { "a unit came back to a bucket that had been read, and went to one that had not", AllSold with { Buckets = [Nothing with { Version = 9 }, Nothing] } },
        { "units passed through the pool", AllSold with { Pool = EmptyPool with { Version = 9 } } },
        { "a bucket was rebuilt", AllSold with { Buckets = [Nothing, Nothing with { Epoch = 4 }] } },
        { "a bucket did not answer", AllSold with { Buckets = [null, Nothing] } },
        { "the pool did not answer", AllSold with { Pool = null } },
        { "the pool is being recovered", AllSold with { Pool = EmptyPool with { Fence = 4 } } },
        { "a bucket is missing", AllSold with { Buckets = [Nothing, Nothing with { Left = -1 }] } },
        { "a bucket lives in another epoch", AllSold with { Buckets = [Nothing, Nothing with { Epoch = 2 }] } },
    };

    [Theory]
    [MemberData(nameof(NoProof))]
    public void AnythingElse_ProvesNothing(string why, SegmentsLook other)
    {
        SegmentsLook.ProveSoldOut(AllSold, other).ShouldBeFalse(why);
        SegmentsLook.ProveSoldOut(other, AllSold).ShouldBeFalse(why);
    }

    [Fact]
    public void UnitsAnywhere_OrOnTheirWay_AreNotSoldOut()
    {
        SegmentsLook left = AllSold with { Buckets = [Nothing with { Left = 1 }, Nothing] };
        SegmentsLook inPool = AllSold with { Pool = EmptyPool with { Left = 1 } };
        SegmentsLook onTheirWay = AllSold with { Pool = EmptyPool with { Open = [new SegmentTransfer(0, 3, 5, 2)] } };
        foreach (SegmentsLook look in (SegmentsLook[])[left, inPool, onTheirWay])
        {
            SegmentsLook.ProveSoldOut(look, look).ShouldBeFalse();
            look.Left.ShouldBeGreaterThan(0);
        }
    }

    /// <summary>Where a unit is: in the record from the draw to its arrival, or from the hand-over to the settlement.</summary>
    [Theory]
    [InlineData(2, 4, 0, 2)]
    [InlineData(2, 5, 2, 0)]
    [InlineData(0, 4, 2, 0)]
    [InlineData(0, 5, -3, 3)]
    public void InTransfer_IsWhatHasLeftOneSideAlone(long units, long applied, long moved, long expected)
    {
        SegmentsLook look = new(EmptyPool with { Open = [new SegmentTransfer(0, 3, 5, units)] }, [Nothing with { Applied = applied, Moved = moved }, Nothing]);

        look.InTransfer.ShouldBe(expected);
    }

    [Fact]
    public void Richest_IsTheOpenBucketWithMostUnits()
    {
        AllSold.Richest().ShouldBeNull();
        new SegmentsLook(EmptyPool, [null, Nothing with { Left = 2 }, Nothing with { Left = 9, Fence = 4 }, Nothing with { Left = 3 }]).Richest().ShouldBe(3);
    }

    [Fact]
    public void RecordsOfAFormerLife_SayNothing()
    {
        SegmentLook pool = SegmentLook.Read(epoch: 3, version: 1, total: 9, left: 9, fence: -1, applied: string.Empty, ["0", "2 7 4", "1", "3 1 2", "2", "3 5"]);
        SegmentLook bucket = SegmentLook.Read(epoch: 3, version: 1, total: 0, left: 0, fence: -1, applied: "2 7 4", []);

        pool.Open.ShouldBe([new SegmentTransfer(1, 3, 1, 2)]);
        (bucket.Applied, bucket.Moved).ShouldBe((0, 0));
    }
}
