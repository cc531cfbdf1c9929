using Seckill.Core.Redis;
using Shouldly;
using StackExchange.Redis;

namespace Seckill.Integration.Admission;

/// <summary>Runs a script with a time of the test's own instead of the server's: the text is the engine's but for the call of TIME.</summary>
internal sealed class ScriptClock(string script, IDatabase db)
{
    private readonly string _text = Replace(RedisScript.Load(script).Text);

    /// <summary>What <c>TIME</c> answers, in us.</summary>
    public long NowUs { get; set; } = 1_800_000_000_000_000;

    public Task<RedisResult> RunAsync(RedisKey key, params RedisValue[] arguments) => RunAsync([key], arguments);

    public Task<RedisResult> RunAsync(RedisKey[] keys, params RedisValue[] arguments) =>
        db.ScriptEvaluateAsync(_text, keys, [.. arguments, NowUs / 1_000_000, NowUs % 1_000_000]);

    private static string Replace(string text)
    {
        const string Clock = "redis.call('TIME')";
        text.Split(Clock).Length.ShouldBe(2);
        return text.Replace(Clock, "{ ARGV[#ARGV - 1], ARGV[#ARGV] }", StringComparison.Ordinal);
    }
}
