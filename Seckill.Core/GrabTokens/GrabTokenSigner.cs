using Microsoft.Extensions.Options;
using Seckill.Core.Signing;

namespace Seckill.Core.GrabTokens;

/// <summary>Issues and verifies grab tokens, in the shape of <see cref="SignedText"/>. Stateless: whether a token was used is asked of <see cref="GrabTokenClaims"/>. Thread-safe.</summary>
/// <remarks>Issuing allocates the token and nothing else, verifying nothing at all. Format and threat model: docs/grab-tokens.md.</remarks>
public sealed class GrabTokenSigner
{
    /// <summary>Longest token or challenge in characters; a common one has about 120.</summary>
    public const int MaxLength = (((GrabTokenCodec.MaxBytes * 4) + 2) / 3) + SignedText.DotAndSignature;

    private readonly GrabTokenKeys _keys;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lifetime;
    private readonly long _skewMs;

    /// <summary>Takes the options once; a change needs a restart.</summary>
    public GrabTokenSigner(GrabTokenKeys keys, IOptions<GrabTokenOptions> options, TimeProvider time)
    {
        (_keys, _time) = (keys, time);
        _lifetime = options.Value.Lifetime;
        _skewMs = (long)options.Value.ClockSkew.TotalMilliseconds;
    }

    /// <summary>Issues a token that costs nothing.</summary>
    public IssuedGrabToken Issue(in GrabTicket ticket) => Issue(ticket, _time.GetUtcNow() + _lifetime, GrabNonce.Next());

    /// <summary>Issues the token that a solved challenge has paid for.</summary>
    /// <remarks>
    /// Nonce and expiry follow from the challenge: who sends one solution ten times gets ten times the same token, and a single-use token is used up once. So a challenge need not be remembered, and
    /// whoever lost the answer may ask again.
    /// </remarks>
    public IssuedGrabToken Issue(in GrabTicket ticket, in SolvedChallenge solved) =>
        Issue(ticket, DateTimeOffset.FromUnixTimeMilliseconds(solved.ExpiresAtMs) + _lifetime, solved.Salt);

    /// <summary>Checks a token in constant time for a given length: nothing inside is believed before the signature is.</summary>
    /// <param name="text">What claims to be a token; any text.</param>
    /// <param name="ticket">Whom and what it must be for.</param>
    /// <param name="use">What else it says when the answer is <see cref="GrabTokenFault.None"/>; else default.</param>
    /// <returns>Any fault but <see cref="GrabTokenFault.Replayed"/>.</returns>
    public GrabTokenFault Verify(ReadOnlySpan<char> text, in GrabTicket ticket, out GrabTokenUse use)
    {
        use = default;
        Span<byte> payload = stackalloc byte[GrabTokenCodec.MaxBytes];
        SignedTextFault sealBroken = SignedText.Open(_keys, text, GrabTokenCodec.TokenVersion, payload, out int bytes);
        if (sealBroken is not SignedTextFault.None)
        {
            return FaultOf(sealBroken);
        }

        GrabTokenFault fault = GrabTokenCodec.ReadToken(payload[..bytes], ticket, out long expiresAtMs, out GrabNonce nonce);
        if (fault is not GrabTokenFault.None)
        {
            return fault;
        }

        long leftMs = expiresAtMs - _time.GetUtcNow().ToUnixTimeMilliseconds();
        if (leftMs + _skewMs <= 0)
        {
            return GrabTokenFault.Expired;
        }

        // A node whose clock is a skew behind ours takes the token until its clock reads expiry + skew: two skews after ours reads expiry.
        use = new GrabTokenUse(nonce, TimeSpan.FromMilliseconds(leftMs + (2 * _skewMs)));
        return GrabTokenFault.None;
    }

    internal static GrabTokenFault FaultOf(SignedTextFault fault) => fault switch
    {
        SignedTextFault.None => GrabTokenFault.None,
        SignedTextFault.UnknownVersion => GrabTokenFault.UnknownVersion,
        SignedTextFault.UnknownKey => GrabTokenFault.UnknownKey,
        SignedTextFault.BadSignature => GrabTokenFault.BadSignature,
        _ => GrabTokenFault.Malformed,
    };

    private IssuedGrabToken Issue(in GrabTicket ticket, DateTimeOffset expiresAt, GrabNonce nonce)
    {
        long expiresAtMs = expiresAt.ToUnixTimeMilliseconds();
        Span<byte> payload = stackalloc byte[GrabTokenCodec.MaxBytes];
        HmacKey key = SignedText.WriteHead(_keys, GrabTokenCodec.TokenVersion, payload);
        int bytes = GrabTokenCodec.WriteToken(ticket, expiresAtMs, nonce, payload);
        return new IssuedGrabToken(SignedText.Seal(key, payload[..bytes]), DateTimeOffset.FromUnixTimeMilliseconds(expiresAtMs));
    }
}
