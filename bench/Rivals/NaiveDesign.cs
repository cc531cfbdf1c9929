using Seckill.Core.Identity;
using StackExchange.Redis;

namespace Seckill.Rivals;

/// <summary>What tutorials show: one DECR a grab, INCR when it went below zero. It dedupes nobody, stores nothing and leaks a unit when it dies in between; it is here for its speed alone.</summary>
internal sealed class NaiveDesign(FixedAnswer answer, AccessTokens tokens, IConnectionMultiplexer redis, RivalOptions options) : IDesign
{
    private static readonly RedisKey Stock = "rival:naive:stock";

    private readonly IDatabase _db = redis.GetDatabase();

    public async Task GrabAsync(HttpContext context)
    {
        if (!Bearer.IsValid(context, tokens, out _))
        {
            await FixedAnswer.RefuseAsync(context, StatusCodes.Status401Unauthorized);
            return;
        }

        if (await _db.StringDecrementAsync(Stock) < 0)
        {
            await _db.StringIncrementAsync(Stock);
            await FixedAnswer.RefuseAsync(context, StatusCodes.Status409Conflict);
            return;
        }

        await answer.AcceptAsync(context);
    }

    public Task ResetAsync() => _db.StringSetAsync(Stock, options.Units);
}
