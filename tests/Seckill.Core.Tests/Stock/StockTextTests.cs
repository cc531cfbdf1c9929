using FsCheck.Fluent;
using Seckill.Core.Ids;
using Seckill.Core.Stock;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Stock;

/// <summary>The texts in which buckets and holdings stand in Redis.</summary>
public sealed class StockTextTests
{
    [Fact]
    public void AnyBucket_SurvivesItsText() =>
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<int, int, int>((sale, sku, index) =>
        {
            StockBucket bucket = new(new SaleId(1L + (uint)sale), new SkuId($"sku-{(uint)sku}"), index & int.MaxValue);
            return StockBucket.TryParse(bucket.ToString(), out StockBucket read) && read == bucket;
        }));

    [Fact]
    public void APool_SurvivesItsText()
    {
        StockBucket pool = new(new SaleId(1), new SkuId("sku"), StockBucket.PoolIndex);
        Span<char> text = stackalloc char[StockBucket.MaxTextLength];

        pool.TryFormat(text, out int length).ShouldBeTrue();
        text[..length].ToString().ShouldBe(pool.ToString());
        StockBucket.TryParse(pool.ToString(), out StockBucket read).ShouldBeTrue();
        (read, read.IsPool).ShouldBe((pool, true));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1:sku")]
    [InlineData("1:sku:0:0")]
    [InlineData("0:sku:0")]
    [InlineData("-1:sku:0")]
    [InlineData("1::0")]
    [InlineData("1:s ku:0")]
    [InlineData("1:sku:")]
    [InlineData("1:sku:-1")]
    [InlineData("1:sku:+1")]
    [InlineData("1:sku:Pool")]
    [InlineData("1:sku: 1")]
    [InlineData("1:sku:2147483648")]
    public void WhatNoBucketWrote_IsNoBucket(string text) => StockBucket.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Holdings_AreReadInTheirOrder() =>
        HeldOrders.Parse("2=9223372036854775807,0=7").ShouldBe([new HeldOrder(2, new OrderId(long.MaxValue)), new HeldOrder(0, new OrderId(7))]);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void NoText_IsNoHolding(string? text) => HeldOrders.Parse(text).ShouldBeEmpty();

    [Theory]
    [InlineData("7")]
    [InlineData("=7")]
    [InlineData("0=")]
    [InlineData("0=0")]
    [InlineData("0=7,")]
    [InlineData(",0=7")]
    [InlineData("-1=7")]
    [InlineData(" 0=7")]
    [InlineData("0=7;1=8")]
    public void OtherTexts_AreFormatErrors(string text) => Should.Throw<FormatException>(() => HeldOrders.Parse(text));

    [Fact]
    public void Testimony_SurvivesItsText()
    {
        WitnessedWinner winner = new(new UserId("alice"), new OrderId(long.MaxValue), 3, 17, DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123));

        WitnessedWinner.TryParse(winner.Order.ToString(), winner.ToText(), out WitnessedWinner read).ShouldBeTrue();

        read.ShouldBe(winner);
    }

    [Theory]
    [InlineData("7", "")]
    [InlineData("7", "1 2 3")]
    [InlineData("7", "1 2 3 alice bob")]
    [InlineData("7", "1 2 -3 alice")]
    [InlineData("7", "1 2 9223372036854775807 alice")]
    [InlineData("7", "one 2 3 alice")]
    [InlineData("0", "1 2 3 alice")]
    [InlineData("seven", "1 2 3 alice")]
    public void WhatNobodyTestifiedTo_IsNoTestimony(string order, string text) => WitnessedWinner.TryParse(order, text, out _).ShouldBeFalse();

    [Fact]
    public void AllKeysOfABucket_ShareItsHashTag()
    {
        StockBucket bucket = new(new SaleId(5), new SkuId("phone"), 3);
        StockKeys keys = new(bucket);

        new[] { keys.Stock, keys.Buyers, keys.Outbox, keys.Meta }.Select(key => (string)key!)
            .ShouldBe(["{5:phone:3}:stock", "{5:phone:3}:buyers", "{5:phone:3}:outbox", "{5:phone:3}:meta"]);
    }
}
