using Seckill.LoadTests.Running;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.Running;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Empty_EveryPercentileIsZero() => new LatencyHistogram().Percentile(99).ShouldBe(TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(12_345)]
    [InlineData(999_999)]
    [InlineData(59_999_999)]
    [InlineData(3_600_000_000)]
    public void OneValue_IsKnownToBetterThanOnePercent(long microseconds)
    {
        LatencyHistogram histogram = new();
        histogram.Record(TimeSpan.FromMicroseconds(microseconds));
        histogram.Record(TimeSpan.FromHours(1)); // so that the bucket's top answers, not the maximum
        double read = histogram.Percentile(50).TotalMicroseconds;
        read.ShouldBeInRange(microseconds, microseconds * 1.008);
    }

    [Fact]
    public void ThousandValues_PercentilesAreTheirRanks()
    {
        LatencyHistogram histogram = new();
        for (int value = 1; value <= 1_000; value++)
        {
            histogram.Record(TimeSpan.FromMilliseconds(value));
        }

        histogram.Count.ShouldBe(1_000);
        histogram.Percentile(50).TotalMilliseconds.ShouldBeInRange(500, 504);
        histogram.Percentile(99).TotalMilliseconds.ShouldBeInRange(990, 998);
        histogram.Percentile(100).ShouldBe(TimeSpan.FromSeconds(1));
        histogram.Max.ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void OutsideTheRange_IsClampedNotLost()
    {
        LatencyHistogram histogram = new();
        histogram.Record(TimeSpan.FromSeconds(-1));
        histogram.Record(TimeSpan.FromDays(1));
        histogram.Count.ShouldBe(2);
        histogram.Max.ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task ManyWriters_NoValueIsLost()
    {
        LatencyHistogram histogram = new();
        await Parallel.ForAsync(0, 8, (writer, _) =>
        {
            for (int value = 0; value < 10_000; value++)
            {
                histogram.Record(TimeSpan.FromMicroseconds((writer * 10_000) + value));
            }

            return ValueTask.CompletedTask;
        });
        histogram.Count.ShouldBe(80_000);
        histogram.Max.ShouldBe(TimeSpan.FromMicroseconds(79_999));
    }
}
