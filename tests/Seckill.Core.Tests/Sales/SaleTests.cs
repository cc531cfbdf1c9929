using Seckill.Core.Ids;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Sales;

public sealed class SaleTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 11, 0, 0, 0, TimeSpan.Zero);
    private static readonly SaleWindow Window = new(Start, Start.AddHours(1));
    private static readonly SaleItem Phone = new(new SkuId("phone"), "Phone", 9.9m, 10, 1);

    [Theory]
    [InlineData(-1, SaleState.Scheduled)]
    [InlineData(0, SaleState.Open)]
    [InlineData(3_599_999, SaleState.Open)]
    [InlineData(3_600_000, SaleState.Closed)]
    public void Window_TakesItsFirstInstant_AndNotItsLast(long offsetMs, SaleState state) =>
        Window.StateAt(Start.AddMilliseconds(offsetMs)).ShouldBe(state);

    [Theory]
    [InlineData(SaleState.Scheduled, -1, SaleState.Scheduled)]
    [InlineData(SaleState.Scheduled, 0, SaleState.Open)]
    [InlineData(SaleState.Scheduled, 3_600_000, SaleState.Closed)]
    [InlineData(SaleState.Open, -1, SaleState.Open)]
    [InlineData(SaleState.Open, 0, SaleState.Open)]
    [InlineData(SaleState.Open, 3_600_000, SaleState.Closed)]
    [InlineData(SaleState.Paused, -1, SaleState.Paused)]
    [InlineData(SaleState.Paused, 0, SaleState.Paused)]
    [InlineData(SaleState.Paused, 3_600_000, SaleState.Closed)]
    [InlineData(SaleState.Closed, -1, SaleState.Closed)]
    [InlineData(SaleState.Closed, 0, SaleState.Closed)]
    [InlineData(SaleState.Closed, 3_600_000, SaleState.Closed)]
    public void AHand_OpensEarlyAndClosesEarly_ButKeepsNothingOpen(SaleState manual, long offsetMs, SaleState state) =>
        Sale(manual).StateAt(Start.AddMilliseconds(offsetMs)).ShouldBe(state);

    [Fact]
    public void OneInstantInAnotherTimeZone_IsTheSameInstant() =>
        Window.StateAt(Start.ToOffset(TimeSpan.FromHours(8))).ShouldBe(SaleState.Open);

    [Fact]
    public void Items_AreFoundBySku_AndHaveOneBucketEach()
    {
        Sale sale = Sale(SaleState.Scheduled);

        sale.Find(new SkuId("phone")).ShouldBe(Phone);
        sale.Find(new SkuId("Phone")).ShouldBeNull();
        sale.BucketOf(Phone).ShouldBe(new StockBucket(sale.Id, Phone.Sku, 0));
    }

    private static Sale Sale(SaleState manual) => new(new SaleId(7), "Sale", Window, manual, false, 1, Start, [Phone]);
}
