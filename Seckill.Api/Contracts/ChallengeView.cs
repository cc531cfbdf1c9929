using Seckill.Core.GrabTokens;

namespace Seckill.Api.Contracts;

/// <summary>Work to be done for a grab token, a member of the problem that asks for it.</summary>
/// <param name="Text">The challenge, to be sent back unchanged with the nonce that solves it.</param>
/// <param name="Bits">Leading zero bits that the hash must have.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record ChallengeView(string Text, int Bits, DateTimeOffset ExpiresAt)
{
    public static ChallengeView Of(ProofOfWorkChallenge challenge) => new(challenge.Text, challenge.Bits, challenge.ExpiresAt);
}
