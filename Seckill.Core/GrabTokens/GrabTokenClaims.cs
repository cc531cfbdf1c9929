using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Diagnostics;
using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.GrabTokens;

/// <summary>Sees to it that a single-use token is used once, across nodes, and that nobody is locked out by an attempt that nobody heard the end of. Thread-safe.</summary>
/// <remarks>
/// <para>A claim has two steps, because an attempt may die between them. Before the stock is asked the token is <b>taken</b>, for a lease that outlasts any attempt; when the stock has answered the
/// claim is <b>settled</b>: used, for as long as any node would take the token, or given back when nothing was decided (503).</para>
/// <para>An unknown outcome gives the token back too. The buyer's repeat then asks the stock again, which knows the buyer: the order that was won is found, not a second one taken. (In a sale that
/// allows a user several units a repeat after an unknown outcome may take another one, with or without tokens.) Where not even the giving back is heard, because the node died or Redis is away, the
/// lease ends the claim: until then a repeat is told that the outcome is not known, which is the truth, and to come again.</para>
/// <para>A token that was remembered as used at once, and given back only by whoever took it, would be lost with the node that took it. One that was remembered only after the answer could be
/// used as often as it can be sent within one round trip.</para>
/// <para>What is lost with Redis: the claims. After a Redis that forgot, used tokens that have not expired can be used again; the stock still holds no more units for a user than it may.</para>
/// </remarks>
public sealed class GrabTokenClaims
{
    private static readonly RedisScript Claim = RedisScript.Load("grab-token-claim.lua");
    private static readonly RedisScript Settle = RedisScript.Load("grab-token-settle.lua");
    private static readonly TimeSpan RetryUnavailable = TimeSpan.FromSeconds(1);

    private readonly RedisConnection _redis;
    private readonly ILogger _log;
    private readonly TimeSpan _lease;

    /// <summary>Made once per process.</summary>
    public GrabTokenClaims(RedisConnection redis, IOptions<GrabOptions> options, ILogger<GrabTokenClaims> log)
    {
        (_redis, _log) = (redis, log);
        // The longest attempt: it waits for units to be brought to its bucket and for its batch, the batch asks again while the outcome is unknown, and its last question may take a time-out. One more
        // for the claim itself.
        _lease = (2 * options.Value.MaxWait) + options.Value.AskAgainFor + (2 * RedisConnection.CommandTimeout);
    }

    /// <summary>string: see <c>grab-token-claim.lua</c>. Expires with the lease, or when no node would take the token any more. No hash tag: claims spread over a cluster.</summary>
    public static RedisKey Key(GrabNonce nonce) => $"seckill:grab-token:{nonce}:claim";

    /// <summary>Takes a token for one attempt.</summary>
    /// <returns>Null when it is taken; else GrabTokenUsed (with the order, if there is one), OutcomeUnknown while another attempt is under way, or StockUnavailable. Never throws.</returns>
    public async Task<GrabResult?> TakeAsync(GrabTokenUse use, OrderId attempt)
    {
        RedisResult[] reply;
        try
        {
            TimeSpan lease = use.Remember < _lease ? use.Remember : _lease;
            reply = (RedisResult[])(await _redis.RunAsync(db => Claim.RunAsync(db, [Key(use.Nonce)], [attempt.Value, Milliseconds(lease)])))!;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            // Nothing was asked of the stock. If the claim was written all the same, its lease ends it.
            return new GrabResult(GrabOutcome.StockUnavailable, RetryAfter: RetryUnavailable);
        }

        switch ((GrabClaimAnswer)(int)reply[0])
        {
            case GrabClaimAnswer.Taken:
                return null;
            case GrabClaimAnswer.UnderWay:
                GrabTokenMetrics.Refused(nameof(GrabClaimAnswer.UnderWay));
                return new GrabResult(GrabOutcome.OutcomeUnknown, RetryAfter: RetryUnavailable);
            default:
                GrabTokenMetrics.Refused(nameof(GrabTokenFault.Replayed));
                return new GrabResult(GrabOutcome.GrabTokenUsed, OrderOf((string?)reply[1]));
        }
    }

    /// <summary>Ends an attempt: the token is used when the stock has decided, and given back when it has not, or when nobody knows. Never throws: what cannot be written ends with the lease.</summary>
    public async Task SettleAsync(GrabTokenUse use, OrderId attempt, GrabResult result)
    {
        bool decided = result.Outcome is GrabOutcome.Reserved or GrabOutcome.AlreadyGrabbed or GrabOutcome.SoldOut;
        try
        {
            RedisValue order = result.Order == default ? RedisValue.EmptyString : result.Order.Value;
            await _redis.RunAsync(db => Settle.RunAsync(db, [Key(use.Nonce)], [attempt.Value, order, decided ? Milliseconds(use.Remember) : 0]));
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            GrabTokenMetrics.Unsettled.Add(1);
            _log.GrabTokenNotSettled(fault);
        }
    }

    private static long Milliseconds(TimeSpan time) => Math.Max(1, (long)Math.Ceiling(time.TotalMilliseconds));

    private static OrderId OrderOf(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? new OrderId(id) : default;
}
