using Seckill.Core.Identity;
using Seckill.Core.Ids;
using StackExchange.Redis;

namespace Seckill.Rivals;

/// <summary>The sound conventional design: one EVALSHA a grab that checks the buyer, takes the unit and writes the outbox entry.</summary>
internal sealed class SingleDesign(FixedAnswer answer, AccessTokens tokens, IConnectionMultiplexer redis, RivalOptions options, TimeProvider time) : IDesign
{
    private static readonly RedisKey[] Keys = ["{rival:single}:stock", "{rival:single}:buyers", "{rival:single}:outbox"];

    private readonly IDatabase _db = redis.GetDatabase();
    private byte[] _sha1 = [];
    private long _orders;

    public async Task GrabAsync(HttpContext context)
    {
        if (!Bearer.IsValid(context, tokens, out UserId user))
        {
            await FixedAnswer.RefuseAsync(context, StatusCodes.Status401Unauthorized);
            return;
        }

        long order = Interlocked.Increment(ref _orders);
        long decision = (long)await _db.ScriptEvaluateAsync(_sha1, Keys, [user.Value, order, time.GetUtcNow().ToUnixTimeMilliseconds()]);
        await (decision == 1 ? answer.AcceptAsync(context) : FixedAnswer.RefuseAsync(context, StatusCodes.Status409Conflict));
    }

    public async Task ResetAsync()
    {
        using Stream stream = typeof(SingleDesign).Assembly.GetManifestResourceStream("single-grab.lua")!;
        using StreamReader reader = new(stream);
        IServer server = redis.GetServer(redis.GetEndPoints()[0]);
        _sha1 = await server.ScriptLoadAsync(await reader.ReadToEndAsync());
        await _db.KeyDeleteAsync(Keys);
        await _db.StringSetAsync(Keys[0], options.Units);
    }
}
