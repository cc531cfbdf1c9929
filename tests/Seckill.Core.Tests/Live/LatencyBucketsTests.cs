using Seckill.Core.Live;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Live;

public sealed class LatencyBucketsTests
{
    [Fact]
    public void NothingCounted_NoPercentile() => LatencyBuckets.Percentile(new long[LatencyBuckets.Count], 0.99).ShouldBeNull();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.25, 0)]
    [InlineData(0.26, 1)]
    [InlineData(8_192, 25)]
    [InlineData(8_193, 26)]
    [InlineData(1e9, 26)]
    public void ABucket_TakesItsUpperBound(double ms, int bucket) => LatencyBuckets.IndexOf(TimeSpan.FromMilliseconds(ms)).ShouldBe(bucket);

    [Fact]
    public void Percentiles_AreWithinABucketOfTheTruth_WhateverTheTimes()
    {
        Random random = new(20261122);
        for (int round = 0; round < 200; round++)
        {
            double[] times = [.. Enumerable.Range(0, random.Next(1, 500)).Select(_ => Math.Exp((random.NextDouble() * 10) - 2)).Order()];
            long[] counts = new long[LatencyBuckets.Count];
            foreach (double ms in times)
            {
                counts[LatencyBuckets.IndexOf(TimeSpan.FromMilliseconds(ms))]++;
            }

            foreach (double share in (double[])[0.5, 0.95, 0.99, 1])
            {
                double truth = times[(int)Math.Ceiling(share * times.Length) - 1];
                double told = LatencyBuckets.Percentile(counts, share)!.Value;

                // The bounds of the truth's own bucket; the ms that a time was rounded to may lie on the edge.
                told.ShouldBeInRange((truth / 2) - 0.26, (truth * 2) + 0.26, $"round {round}, {share}");
            }
        }
    }

    [Fact]
    public void CountsOfTwoNodes_AddUpToThePercentileOfBoth()
    {
        long[] both = new long[LatencyBuckets.Count];
        both[LatencyBuckets.IndexOf(TimeSpan.FromMilliseconds(1))] = 90;
        both[LatencyBuckets.IndexOf(TimeSpan.FromMilliseconds(500))] = 10;

        LatencyBuckets.Percentile(both, 0.5)!.Value.ShouldBeLessThan(1);
        LatencyBuckets.Percentile(both, 0.99)!.Value.ShouldBeInRange(384, 512);
    }
}
