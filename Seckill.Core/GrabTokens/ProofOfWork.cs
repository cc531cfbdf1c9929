using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Seckill.Core.Signing;

namespace Seckill.Core.GrabTokens;

/// <summary>Makes challenges and checks their solutions. Stateless: a challenge says by itself what it asks for, of whom, and until when. Thread-safe.</summary>
/// <remarks>
/// Checking costs one HMAC and one SHA-256, whatever the difficulty. The difficulty is the challenge's own: what was asked for is what counts, also when it has risen since. A solution may be sent
/// again and gives the same token, see <see cref="GrabTokenSigner.Issue(in GrabTicket, in SolvedChallenge)"/>.
/// </remarks>
public sealed class ProofOfWork
{
    private readonly GrabTokenKeys _keys;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lifetime;
    private readonly long _skewMs;

    /// <summary>Takes the options once; a change needs a restart.</summary>
    public ProofOfWork(GrabTokenKeys keys, IOptions<GrabTokenOptions> options, TimeProvider time)
    {
        (_keys, _time) = (keys, time);
        _lifetime = options.Value.ChallengeLifetime;
        _skewMs = (long)options.Value.ClockSkew.TotalMilliseconds;
    }

    /// <summary>Makes a challenge that answers for one user and one item.</summary>
    /// <param name="ticket">Whom and what it is for.</param>
    /// <param name="bits">Leading zero bits, 1 to <see cref="Sales.SaleAdmission.MaxProofOfWorkBits"/>.</param>
    public ProofOfWorkChallenge Ask(in GrabTicket ticket, int bits)
    {
        long expiresAtMs = (_time.GetUtcNow() + _lifetime).ToUnixTimeMilliseconds();
        Span<byte> payload = stackalloc byte[GrabTokenCodec.MaxBytes];
        HmacKey key = SignedText.WriteHead(_keys, GrabTokenCodec.ChallengeVersion, payload);
        int bytes = GrabTokenCodec.WriteChallenge(ticket, expiresAtMs, GrabNonce.Next(), bits, payload);
        return new ProofOfWorkChallenge(SignedText.Seal(key, payload[..bytes]), bits, DateTimeOffset.FromUnixTimeMilliseconds(expiresAtMs));
    }

    /// <summary>Checks a solution. The signature comes first: nobody has us hash for challenges that are not ours.</summary>
    /// <param name="challenge">What claims to be a challenge; any text.</param>
    /// <param name="nonce">What claims to solve it.</param>
    /// <param name="ticket">Whom and what it must be for.</param>
    /// <param name="solved">The challenge when the answer is <see cref="ProofOfWorkFault.None"/>; else default.</param>
    public ProofOfWorkFault Check(ReadOnlySpan<char> challenge, long nonce, in GrabTicket ticket, out SolvedChallenge solved)
    {
        solved = default;
        Span<byte> payload = stackalloc byte[GrabTokenCodec.MaxBytes];
        if (SignedText.Open(_keys, challenge, GrabTokenCodec.ChallengeVersion, payload, out int bytes) is not SignedTextFault.None)
        {
            return ProofOfWorkFault.Forged;
        }

        switch (GrabTokenCodec.ReadChallenge(payload[..bytes], ticket, out long expiresAtMs, out GrabNonce salt, out int bits))
        {
            case GrabTokenFault.None:
                break;
            case GrabTokenFault.Foreign:
                return ProofOfWorkFault.Foreign;
            default:
                return ProofOfWorkFault.Forged;
        }

        if (_time.GetUtcNow().ToUnixTimeMilliseconds() >= expiresAtMs + _skewMs)
        {
            return ProofOfWorkFault.Expired;
        }

        if (LeadingZeroBits(challenge, nonce) < bits)
        {
            return ProofOfWorkFault.NotSolved;
        }

        solved = new SolvedChallenge(bits, expiresAtMs, salt);
        return ProofOfWorkFault.None;
    }

    /// <summary>What a nonce is worth, up to 32: the one hash of the protocol.</summary>
    /// <param name="challenge">ASCII, at most <see cref="GrabTokenSigner.MaxLength"/> characters.</param>
    /// <param name="nonce">The nonce.</param>
    internal static int LeadingZeroBits(ReadOnlySpan<char> challenge, long nonce)
    {
        Span<byte> text = stackalloc byte[GrabTokenSigner.MaxLength + sizeof(long)];
        int length = Encoding.ASCII.GetBytes(challenge, text);
        BinaryPrimitives.WriteInt64BigEndian(text[length..], nonce);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..(length + sizeof(long))], hash);
        return BitOperations.LeadingZeroCount(BinaryPrimitives.ReadUInt32BigEndian(hash));
    }
}
