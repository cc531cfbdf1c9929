using Seckill.Core.Redis;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Admission;

/// <summary>What <c>token-bucket.lua</c> and <c>sliding-window.lua</c> compute, on a real server with a clock that the test sets.</summary>
public sealed class LimiterScriptTests
{
    private static readonly RedisKey Key = "{limiter}:key";

    [Fact]
    public async Task TokenBucket_AnySequence_GrantsExactlyWhatHasComeBack()
    {
        await using RedisOnly redis = await RedisOnly.StartAsync();
        ScriptClock script = new("token-bucket.lua", redis.Db);
        Random random = new(20261122);
        foreach ((int rate, int burst) in ((int, int)[])[(3, 1), (7, 20), (1_000, 50), (999_983, 1_000_000), (1_000_000_000, 1_000_000_000)])
        {
            await redis.Db.KeyDeleteAsync(Key);
            decimal left = burst * 1_000_000m;
            for (int i = 0; i < 200; i++)
            {
                long passedUs = random.Next(4) == 0 ? 0 : random.NextInt64(2_000_000);
                script.NowUs += passedUs;
                left = Math.Min(burst * 1_000_000m, left + (passedUs * (decimal)rate));
                int wanted = random.Next(1, 2 * burst / 3 + 2);
                int expected = (int)Math.Min(wanted, decimal.Floor(left / 1_000_000));
                left -= expected * 1_000_000m;
                long waitUs = left >= 1_000_000 ? 0 : (long)decimal.Ceiling((1_000_000 - left) / rate);

                long[] reply = (long[])(await script.RunAsync(Key, rate, burst, wanted))!;

                reply.ShouldBe([expected, waitUs], $"rate {rate}, burst {burst}, step {i}");
            }
        }
    }

    [Fact]
    public async Task TokenBucket_AfterTheWait_AndNoSooner_ThereIsAToken()
    {
        await using RedisOnly redis = await RedisOnly.StartAsync();
        ScriptClock script = new("token-bucket.lua", redis.Db);
        (await TakeAsync(script, rate: 3, burst: 2, wanted: 5)).ShouldBe((2, 333_334));

        script.NowUs += 333_333;
        (await TakeAsync(script, 3, 2, 1)).ShouldBe((0, 1));
        script.NowUs += 1;
        (await TakeAsync(script, 3, 2, 1)).Granted.ShouldBe(1);
    }

    [Fact]
    public async Task TokenBucket_ServerClockSetBackAndForth_GivesAtMostTheBurst_AndGoesOn()
    {
        await using RedisOnly redis = await RedisOnly.StartAsync();
        ScriptClock script = new("token-bucket.lua", redis.Db);
        (await TakeAsync(script, 10, 5, 5)).Granted.ShouldBe(5);

        script.NowUs -= 3_600_000_000;
        (await TakeAsync(script, 10, 5, 5)).Granted.ShouldBe(0);
        script.NowUs += 100_000;
        (await TakeAsync(script, 10, 5, 5)).Granted.ShouldBe(1);
        script.NowUs += 7_200_000_000;
        (await TakeAsync(script, 10, 5, 50)).Granted.ShouldBe(5);
    }

    [Fact]
    public async Task TokenBucket_SmallerBurst_TakesEffectAtOnce()
    {
        await using RedisOnly redis = await RedisOnly.StartAsync();
        ScriptClock script = new("token-bucket.lua", redis.Db);
        (await TakeAsync(script, 1, 1_000, 1)).Granted.ShouldBe(1);

        (await TakeAsync(script, 1, 10, 1_000)).Granted.ShouldBe(10);
    }

    [Theory]
    [InlineData("0", "1", "1")]
    [InlineData("-1", "1", "1")]
    [InlineData("1", "0", "1")]
    [InlineData("1", "1", "-5")]
    [InlineData("1.5", "1", "1")]
    [InlineData("1", "1", "1000000001")]
    [InlineData("1", "inf", "1")]
    [InlineData("nan", "1", "1")]
    [InlineData("", "1", "1")]
    [InlineData("x", "1", "1")]
    public async Task TokenBucket_SenselessArguments_AreRefused_AndNothingIsWritten(string rate, string burst, string wanted)
    {
        await using RedisOnly redis = await RedisOnly.StartAsync();
        ScriptClock script = new("token-bucket.lua", redis.Db);

        (await Should.ThrowAsync<RedisServerException>(() => script.RunAsync(Key, rate, burst, wanted))).Message.ShouldContain("token-bucket.lua");

        (await redis.Db.KeyExistsAsync(Key)).ShouldBeFalse();
    }

    [Fact]
    public async Task TokenBucket_ExpiresWhenItWouldBeFull_AndSurvivesAScriptFlush()
    {
        await using RedisOnly redis = await RedisOnly.StartAsync();
        RedisScript script = RedisScript.Load("token-bucket.lua");
        await script.RunAsync(redis.Db, [Key], [10, 100, 60]);
        await redis.FlushScriptsAsync();

        long[] reply = (long[])(await script.RunAsync(redis.Db, [Key], [10, 100, 10]))!;

        reply[0].ShouldBe(10);
        (await redis.Db.KeyTimeToLiveAsync(Key))!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8.1));
    }

    [Fact]
    public async Task SlidingWindow_AnySequence_KeepsTheLimit_AndTheWaitIsExact()
    {
        await using RedisOnly redis = await RedisOnly.StartAsync();
        ScriptClock script = new("sliding-window.lua", redis.Db);
        Random random = new(20261122);
        foreach ((int limit, long windowUs) in ((int, long)[])[(1, 1_000_000), (5, 100_000), (20, 1_000_000), (3, 3_600_000_000)])
        {
            await redis.Db.KeyDeleteAsync(Key);
            Dictionary<long, int> counted = [];
            for (int i = 0; i < 150; i++)
            {
                script.NowUs += random.NextInt64(2 * windowUs / limit);
                long waitUs = (long)await script.RunAsync(Key, limit, windowUs);
                if (waitUs > 0)
                {
                    waitUs.ShouldBeLessThanOrEqualTo(2 * windowUs);
                    script.NowUs += waitUs - 1;
                    if (waitUs > 1)
                    {
                        ((long)await script.RunAsync(Key, limit, windowUs)).ShouldBeInRange(1, 2);
                    }

                    script.NowUs += 1;
                    waitUs = (long)await script.RunAsync(Key, limit, windowUs);
                    // A quotient may be rounded by one us.
                    waitUs.ShouldBeLessThanOrEqualTo(1);
                }

                if (waitUs == 0)
                {
                    long window = script.NowUs / windowUs;
                    counted[window] = counted.GetValueOrDefault(window) + 1;
                    counted[window].ShouldBeLessThanOrEqualTo(limit);
                }
            }
        }
    }

    [Fact]
    public async Task SlidingWindow_ServerClockSetBack_ShutsNobodyOut()
    {
        await using RedisOnly redis = await RedisOnly.StartAsync();
        ScriptClock script = new("sliding-window.lua", redis.Db);
        ((long)await script.RunAsync(Key, 1, 1_000_000)).ShouldBe(0);
        ((long)await script.RunAsync(Key, 1, 1_000_000)).ShouldBeGreaterThan(0);

        script.NowUs -= 3_600_000_000;

        ((long)await script.RunAsync(Key, 1, 1_000_000)).ShouldBe(0);
    }

    [Theory]
    [InlineData("0", "1000000")]
    [InlineData("-1", "1000000")]
    [InlineData("1000001", "1000000")]
    [InlineData("1", "0")]
    [InlineData("1", "-1000000")]
    [InlineData("1", "3600000001")]
    [InlineData("1", "1e99")]
    [InlineData("nan", "1000000")]
    public async Task SlidingWindow_SenselessArguments_AreRefused_AndNothingIsWritten(string limit, string windowUs)
    {
        await using RedisOnly redis = await RedisOnly.StartAsync();
        ScriptClock script = new("sliding-window.lua", redis.Db);

        (await Should.ThrowAsync<RedisServerException>(() => script.RunAsync(Key, limit, windowUs))).Message.ShouldContain("sliding-window.lua");

        (await redis.Db.KeyExistsAsync(Key)).ShouldBeFalse();
    }

    private static async Task<(long Granted, long WaitUs)> TakeAsync(ScriptClock script, int rate, int burst, int wanted)
    {
        long[] reply = (long[])(await script.RunAsync(Key, rate, burst, wanted))!;
        return (reply[0], reply[1]);
    }
}
