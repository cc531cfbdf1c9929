using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Core.Admission;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Admission;

public sealed class SharedTokenBucketTests
{
    private readonly ManualTime _time = new();
    private readonly FakeTokenServer _server;

    public SharedTokenBucketTests() => _server = new FakeTokenServer(_time);

    /// <summary>
    /// Goal: leases never make tokens. Method: any interleaving of grabs on three nodes and of time that passes, on a model of the script; after each step the grabs admitted so far, and
    /// those of every stretch that ends here, are held against the bounds that <see cref="SharedTokenBucket"/> names.
    /// </summary>
    [Fact]
    public void AnyInterleaving_AdmitsAtMostRateTimesTimePlusBurst()
    {
        const int Nodes = 3;
        FsCheck.Check.One(Config.QuickThrowOnFailure, Prop.ForAll<PositiveInt, PositiveInt, (byte Node, byte Grabs, ushort PassedMs)[]>((perSecond, burst, steps) =>
        {
            TokenRate rate = new(1 + (perSecond.Get * 7 % 2_000), 1 + (burst.Get * 3 % 200));
            ManualTime time = new();
            FakeTokenServer server = new(time);
            RedisAbsence absence = new(time, NullLogger.Instance);
            SharedTokenBucket[] nodes = [.. Enumerable.Range(0, Nodes).Select(_ => new SharedTokenBucket("bucket", rate, Nodes, server.LendAsync, absence, time))];
            long start = time.GetTimestamp();
            List<(double Seconds, int Before)> marks = [];
            int admitted = 0;

            foreach ((byte node, byte grabs, ushort passedMs) in steps)
            {
                time.Advance(TimeSpan.FromMilliseconds(passedMs % 300));
                double seconds = time.GetElapsedTime(start).TotalSeconds;
                marks.Add((seconds, admitted));
                for (int i = 0; i < grabs; i++)
                {
                    admitted += Take(nodes[node % Nodes]) == TimeSpan.Zero ? 1 : 0;
                }

                ((double)admitted).ShouldBeLessThanOrEqualTo((rate.PerSecond * seconds) + rate.Burst + 1e-6);
                foreach ((double from, int before) in marks)
                {
                    (admitted - before).ShouldBeLessThanOrEqualTo((int)(((seconds - from) * rate.PerSecond) + rate.Burst + 1e-6) + (Nodes * SharedTokenBucket.MaxLease(rate)));
                }
            }

            admitted.ShouldBeLessThanOrEqualTo(server.Granted);
            server.Asked.ShouldAllBe(wanted => wanted >= 1 && wanted <= SharedTokenBucket.MaxLease(rate));
        }));
    }

    [Fact]
    public void AFirstBurst_IsAdmittedToTheLastToken_WithFewQuestions()
    {
        SharedTokenBucket bucket = Bucket(new TokenRate(1_000, 1_000));

        Enumerable.Range(0, 1_100).Count(_ => Take(bucket) == TimeSpan.Zero).ShouldBe(1_000);

        // Leases of at most 50 tokens, each asked for when half of the one before is left, and the small ones of the beginning.
        _server.Asked.Count.ShouldBeLessThan(60);
    }

    [Fact]
    public async Task ManyFindNothing_OneAsks_AndAllAreServedByIt()
    {
        SharedTokenBucket bucket = Bucket(new TokenRate(10_000, 10_000));
        _server.Held = new TaskCompletionSource();

        Task<TimeSpan>[] takers = [.. Enumerable.Range(0, 40).Select(_ => bucket.TakeAsync().AsTask())];
        takers.ShouldAllBe(taker => !taker.IsCompleted);
        _server.Asked.ShouldBe([1]);
        _server.Held.SetResult();
        _server.Held = null;

        (await Task.WhenAll(takers)).ShouldAllBe(wait => wait == TimeSpan.Zero);
        _server.Asked.Count.ShouldBeLessThan(10);
    }

    /// <summary>Leases change hands under the takers: what eight threads get, and what is left after them, is what the bucket had, to the token.</summary>
    [Fact]
    public async Task ManyThreads_NoTokenIsLostOrTakenTwice()
    {
        const int Tokens = 20_000;
        SharedTokenBucket bucket = Bucket(new TokenRate(1, Tokens));
        _server.Yields = true;
        int admitted = 0;
        async Task TakeAllAsync()
        {
            while (await bucket.TakeAsync() == TimeSpan.Zero)
            {
                Interlocked.Increment(ref admitted);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(TakeAllAsync)));
        await TakeAllAsync();

        _server.Granted.ShouldBe(Tokens);
        admitted.ShouldBe(Tokens);
    }

    [Fact]
    public void HalfOfALeaseIsUsed_TheNextIsAskedForWhileGrabsGoOn()
    {
        SharedTokenBucket bucket = Bucket(new TokenRate(1_000, 1_000));
        UseSteadily(bucket, grabs: 100);
        int asked = _server.Asked.Count;
        _server.Held = new TaskCompletionSource();

        // Until the held question: nobody waits for it, for the rest of the lease serves them.
        while (_server.Asked.Count == asked)
        {
            bucket.TakeAsync().AsTask().IsCompletedSuccessfully.ShouldBeTrue();
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        bucket.TakeAsync().AsTask().IsCompletedSuccessfully.ShouldBeTrue();
        _server.Asked.Count.ShouldBe(asked + 1);
    }

    [Fact]
    public void FewGrabs_LeaseOneTokenEach_AndHoardNothing()
    {
        SharedTokenBucket bucket = Bucket(new TokenRate(1_000, 1_000));

        for (int i = 0; i < 20; i++)
        {
            Take(bucket).ShouldBe(TimeSpan.Zero);
            _time.Advance(TimeSpan.FromMilliseconds(200));
        }

        _server.Granted.ShouldBe(20);
    }

    [Fact]
    public void AnUnusedLease_Expires_AndIsNotAdmittedLater()
    {
        SharedTokenBucket bucket = Bucket(new TokenRate(1_000, 1_000));
        UseSteadily(bucket, grabs: 100);
        int held = _server.Granted - 100;
        held.ShouldBeInRange(1, SharedTokenBucket.MaxLease(bucket.Rate));
        int asked = _server.Asked.Count;

        _time.Advance(SharedTokenBucket.LeaseTime);
        Take(bucket).ShouldBe(TimeSpan.Zero);

        _server.Asked.Count.ShouldBe(asked + 1);
    }

    [Fact]
    public void EmptyBucket_SaysWhenTheNextTokenComes_AndIsNotAskedBefore()
    {
        SharedTokenBucket bucket = Bucket(new TokenRate(2, 3));
        Enumerable.Range(0, 3).ShouldAllBe(_ => Take(bucket) == TimeSpan.Zero);

        Take(bucket).ShouldBe(TimeSpan.FromMilliseconds(500));
        int asked = _server.Asked.Count;
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Take(bucket).ShouldBe(TimeSpan.FromMilliseconds(300));
        _server.Asked.Count.ShouldBe(asked);

        _time.Advance(TimeSpan.FromMilliseconds(300));
        Take(bucket).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void ATokenGivenBack_IsTakenAgain_WithoutAQuestion()
    {
        SharedTokenBucket bucket = Bucket(new TokenRate(1, 1));
        Take(bucket).ShouldBe(TimeSpan.Zero);
        Take(bucket).ShouldBeGreaterThan(TimeSpan.Zero);
        int asked = _server.Asked.Count;

        bucket.GiveBack();

        Take(bucket).ShouldBe(TimeSpan.Zero);
        Take(bucket).ShouldBeGreaterThan(TimeSpan.Zero);
        _server.Asked.Count.ShouldBe(asked);
    }

    [Fact]
    public void RedisAway_TheNodesShareIsGivenOut_NeitherOpenNorShut_AndItIsSharedAgainAfterwards()
    {
        SharedTokenBucket bucket = Bucket(new TokenRate(4, 40), nodes: 4);
        _server.Fault = new TimeoutException("away");

        Enumerable.Range(0, 30).Count(_ => Take(bucket) == TimeSpan.Zero).ShouldBeInRange(10, 12);
        Take(bucket).ShouldBeInRange(TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1));
        _server.Asked.Count.ShouldBe(1);

        // Still away at the next look; then back.
        _time.Advance(RedisAbsence.ProbePause);
        Take(bucket);
        _server.Asked.Count.ShouldBe(2);
        _server.Fault = null;
        _time.Advance(RedisAbsence.ProbePause);
        Take(bucket);
        Enumerable.Range(0, 50).Count(_ => Take(bucket) == TimeSpan.Zero).ShouldBe(40);
    }

    [Fact]
    public void FullTable_ForgetsTheOneUnusedForLongest_AndForgottenKeysAreAskedForAnew()
    {
        SharedTokenBuckets<string> buckets = new(key => key, _server.LendAsync, new RedisAbsence(_time, NullLogger.Instance), 1, maxKeys: 2, _time);
        foreach (string key in (string[])["a", "b", "a", "c"])
        {
            Complete(buckets.TakeAsync(key, new TokenRate(1_000, 1_000))).ShouldBe(TimeSpan.Zero);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        buckets.Count.ShouldBe(2);
        buckets.Forget(key => key == "a");
        buckets.Count.ShouldBe(1);
        buckets.GiveBack("b");
        buckets.Count.ShouldBe(1);
    }

    [Fact]
    public void ChangedRate_HoldsFromTheNextGrabOn()
    {
        SharedTokenBuckets<string> buckets = new(key => key, _server.LendAsync, new RedisAbsence(_time, NullLogger.Instance), 1, maxKeys: 2, _time);
        Enumerable.Range(0, 50).ShouldAllBe(_ => Complete(buckets.TakeAsync("a", new TokenRate(1, 100))) == TimeSpan.Zero);

        Enumerable.Range(0, 50).Count(_ => Complete(buckets.TakeAsync("a", new TokenRate(1, 5))) == TimeSpan.Zero).ShouldBe(5);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1_000, 1_000, 50)]
    [InlineData(100, 5_000, 250)]
    [InlineData(1_000_000, 1_000_000, 10_000)]
    public void MaxLease_IsATwentiethOfTheRateOrTheBurst(int perSecond, int burst, int tokens) => SharedTokenBucket.MaxLease(new TokenRate(perSecond, burst)).ShouldBe(tokens);

    [Theory]
    [InlineData(1_000, 500, 4, 250, 125)]
    [InlineData(1, 1, 7, 1, 1)]
    [InlineData(10, 10, 3, 4, 4)]
    public void AShare_IsRoundedUp(int perSecond, int burst, int nodes, int share, int shareOfBurst) =>
        new TokenRate(perSecond, burst).ShareOf(nodes).ShouldBe(new TokenRate(share, shareOfBurst));

    private SharedTokenBucket Bucket(TokenRate rate, int nodes = 1) => new("bucket", rate, nodes, _server.LendAsync, new RedisAbsence(_time, NullLogger.Instance), _time);

    private void UseSteadily(SharedTokenBucket bucket, int grabs)
    {
        for (int i = 0; i < grabs; i++)
        {
            Take(bucket).ShouldBe(TimeSpan.Zero);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    private static TimeSpan Take(SharedTokenBucket bucket) => Complete(bucket.TakeAsync());

    // The model answers at once, so everything does.
    private static TimeSpan Complete(ValueTask<TimeSpan> take)
    {
        take.IsCompletedSuccessfully.ShouldBeTrue();
        return take.GetAwaiter().GetResult();
    }
}
