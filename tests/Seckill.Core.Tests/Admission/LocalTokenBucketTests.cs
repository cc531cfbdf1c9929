using System.Diagnostics;
using Seckill.Core.Admission;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Admission;

/// <summary>On the library's own clock, so only bounds that hold however slow the machine is.</summary>
public sealed class LocalTokenBucketTests
{
    [Theory]
    [InlineData(150, 5)]
    [InlineData(7, 1)]
    [InlineData(20_000, 100)]
    public void NeverMoreThanRateTimesTimePlusBurst_AndNeverShut(int perSecond, int burst)
    {
        long start = Stopwatch.GetTimestamp();
        using LocalTokenBucket bucket = new(new TokenRate(perSecond, burst));
        int admitted = 0;
        while (admitted < burst + 3)
        {
            Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(30));
            TimeSpan wait = bucket.Take();
            admitted += wait == TimeSpan.Zero ? 1 : 0;
            wait.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(1.0 / perSecond) + TimeSpan.FromMilliseconds(10));
            ((double)admitted).ShouldBeLessThanOrEqualTo((perSecond * Stopwatch.GetElapsedTime(start).TotalSeconds) + burst);
        }
    }
}
