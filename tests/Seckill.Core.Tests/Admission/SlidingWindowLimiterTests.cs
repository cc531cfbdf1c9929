using FsCheck;
using FsCheck.Fluent;
using Seckill.Core.Admission;
using Seckill.Core.Ids;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Admission;

public sealed class SlidingWindowLimiterTests
{
    /// <summary>Any sequence of grabs: at most the limit in each fixed window, fewer than twice the limit in any stretch of that length, and a refusal names the first moment that is free.</summary>
    [Fact]
    public void AnySequence_KeepsTheBounds_AndTheWaitIsExact() =>
        FsCheck.Check.One(Config.QuickThrowOnFailure, Prop.ForAll<PositiveInt, ushort[]>((limitSeed, pausesMs) =>
        {
            int limit = 1 + (limitSeed.Get % 10);
            ManualTime time = new(DateTimeOffset.UnixEpoch);
            SlidingWindowLimiter<UserId> limiter = Limiter<UserId>(limit, time);
            List<long> admittedMs = [];

            foreach (ushort pauseMs in pausesMs)
            {
                time.Advance(TimeSpan.FromMilliseconds(pauseMs % 400));
                TimeSpan wait = limiter.Count(new UserId("alice"));
                if (wait > TimeSpan.Zero && pauseMs % 2 == 0)
                {
                    // Not by a tick: timestamps of this clock are large, and elapsed times are doubles.
                    time.Advance(wait - TimeSpan.FromMilliseconds(0.1));
                    limiter.Count(new UserId("alice")).ShouldBeGreaterThan(TimeSpan.Zero);
                    time.Advance(TimeSpan.FromMilliseconds(0.2));
                    wait = limiter.Count(new UserId("alice"));
                    wait.ShouldBe(TimeSpan.Zero);
                }

                if (wait == TimeSpan.Zero)
                {
                    admittedMs.Add((long)(time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds);
                }
            }

            admittedMs.GroupBy(at => at / 1_000).ShouldAllBe(window => window.Count() <= limit);
            admittedMs.ShouldAllBe(from => admittedMs.Count(at => at >= from && at < from + 1_000) <= Math.Max(1, (2 * limit) - 1) + 1);
        }));

    [Fact]
    public void AddressesCountApart_AndTheAddressesOfOneSubscriberTogether()
    {
        SlidingWindowLimiter<ClientAddress> limiter = Limiter<ClientAddress>(1, new ManualTime());

        limiter.Count(ClientAddress.Of(System.Net.IPAddress.Parse("2001:db8:1:2::1"))).ShouldBe(TimeSpan.Zero);
        limiter.Count(ClientAddress.Of(System.Net.IPAddress.Parse("2001:db8:1:2:ffff::9"))).ShouldBeGreaterThan(TimeSpan.Zero);
        limiter.Count(ClientAddress.Of(System.Net.IPAddress.Parse("2001:db8:1:3::1"))).ShouldBe(TimeSpan.Zero);
        limiter.Count(ClientAddress.Of(System.Net.IPAddress.Parse("10.0.0.1"))).ShouldBe(TimeSpan.Zero);
        limiter.Count(ClientAddress.Of(System.Net.IPAddress.Parse("10.0.0.2"))).ShouldBe(TimeSpan.Zero);
    }

    private static SlidingWindowLimiter<TKey> Limiter<TKey>(int limit, TimeProvider time)
        where TKey : struct, IEquatable<TKey> => new(limit, TimeSpan.FromSeconds(1), 1_000, AdmissionMetrics.Uncounted, time);
}
