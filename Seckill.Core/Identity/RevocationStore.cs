using Seckill.Core.Ids;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Identity;

/// <summary>Revocations in Redis. Thread-safe.</summary>
/// <remarks>Methods throw <see cref="RedisException"/> or <see cref="TimeoutException"/> when Redis is away: then nothing was promised, and the call may be repeated.</remarks>
public sealed class RevocationStore(RedisConnection redis, TimeProvider time)
{
    /// <summary>Revocations kept at a time: some 20 MB in Redis, and as much on each node.</summary>
    public const int MaxEntries = 100_000;

    private const int PageSize = 1_000;

    private static readonly RedisScript Script = RedisScript.Load("revoke.lua");

    /// <summary>How long a revocation is kept: 7 days and 10 minutes, the longest life that <see cref="AuthOptions.TokenLifetime"/> allows and the largest skew of both clocks. Tokens of other issuers must not live longer.</summary>
    public static TimeSpan KeepFor { get; } = TimeSpan.FromDays(7) + TimeSpan.FromMinutes(10);

    /// <summary>Revokes one token.</summary>
    /// <param name="user">Whose it is: another user's token with this id stays good.</param>
    /// <param name="tokenId">Its <c>jti</c>, see <see cref="Revocation.IsTokenId"/>.</param>
    public Task<RevokeStatus> RevokeAsync(UserId user, string tokenId) => WriteAsync(new Revocation(user, tokenId, IssuedUpTo: 0, NowSeconds + (long)KeepFor.TotalSeconds));

    /// <summary>Revokes all tokens of a user that were issued up to now, this second included.</summary>
    public Task<RevokeStatus> RevokeAllAsync(UserId user) => WriteAsync(new Revocation(user, string.Empty, NowSeconds, NowSeconds + (long)KeepFor.TotalSeconds));

    /// <summary>Puts a revocation (back) into Redis.</summary>
    internal async Task<RevokeStatus> WriteAsync(Revocation revocation)
    {
        RedisResult[] reply = (RedisResult[])(await redis.RunAsync(db => Script.RunAsync(
            db,
            [RevocationKeys.Log, RevocationKeys.Expiry, RevocationKeys.Version],
            [revocation.ToString(), revocation.ExpiresAt, time.GetUtcNow().ToUnixTimeMilliseconds(), MaxEntries, RevocationKeys.Channel])))!;
        return (RevokeStatus)(int)reply[0];
    }

    /// <summary>Version of what is noted; 0 when nothing is.</summary>
    internal async Task<long> VersionAsync() => (long)await redis.RunAsync(db => db.StringGetAsync(RevocationKeys.Version));

    /// <summary>Whether what was noted under a version is still there.</summary>
    internal async Task<bool> HasAsync(long version) => await redis.RunAsync(db => db.SortedSetLengthAsync(RevocationKeys.Log, version, version)) > 0;

    /// <summary>Up to 1,000 revocations after a version, with the version of the last; none when that was all.</summary>
    internal async Task<(IReadOnlyList<Revocation> Page, long UpTo)> ReadAsync(long after)
    {
        SortedSetEntry[] entries = await redis.RunAsync(db => db.SortedSetRangeByScoreWithScoresAsync(RevocationKeys.Log, after, double.PositiveInfinity, Exclude.Start, Order.Ascending, 0, PageSize));
        return ([.. entries.Select(entry => Revocation.Parse(entry.Element!)).OfType<Revocation>()], entries.Length > 0 ? (long)entries[^1].Score : after);
    }

    private long NowSeconds => time.GetUtcNow().ToUnixTimeSeconds();
}
