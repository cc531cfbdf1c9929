using Seckill.Core.Ids;
using Seckill.Core.Stock.Segments;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Stock.Segments;

public sealed class StockSegmentsTests
{
    /// <summary>Written down: a user who moved to another bucket could buy a second time.</summary>
    [Theory]
    [InlineData("alice", 1, 0)]
    [InlineData("alice", 2, 1)]
    [InlineData("alice", 7, 6)]
    [InlineData("alice", 64, 58)]
    [InlineData("user-0", 64, 36)]
    [InlineData("user-1", 64, 29)]
    public void AUser_HasTheSameBucketForEver(string user, int buckets, int index) => Segments(buckets).BucketOf(new UserId(user)).ShouldBe(Segments(buckets)[index]);

    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(StockSegments.MaxBuckets)]
    public void Users_AreSpreadEvenly_AlsoThoseOfOneOrderTable(int buckets)
    {
        const int each = 200;
        UserId[] users = [.. Enumerable.Range(0, 100_000_000).Select(i => new UserId($"user-{i}")).Where(user => UserShard.Of(user) == 5).Take(each * buckets)];

        Dictionary<int, int> counts = users.CountBy(user => Segments(buckets).BucketOf(user).Index).ToDictionary();

        counts.Keys.Order().ShouldBe(Enumerable.Range(0, buckets));
        counts.Values.ShouldAllBe(count => count > each / 2 && count < each * 2);
    }

    [Fact]
    public void ThePool_StandsAfterTheBuckets_WhereThereIsOne()
    {
        Segments(1).Everything.ShouldBe([Segments(1)[0]]);
        Segments(2).Everything.ShouldBe([Segments(2)[0], Segments(2)[1], Segments(2).Pool]);
        Segments(2).Pool.IsPool.ShouldBeTrue();
    }

    private static StockSegments Segments(int buckets) => new(new SaleId(1), new SkuId("sku"), buckets);
}
