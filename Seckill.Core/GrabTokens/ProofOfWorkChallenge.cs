namespace Seckill.Core.GrabTokens;

/// <summary>Work to be done for a grab token: find a nonce such that SHA-256(<see cref="Text"/> as ASCII, then the nonce as 8 bytes, big-endian) begins with <see cref="Bits"/> zero bits.</summary>
/// <param name="Text">The signed challenge.</param>
/// <param name="Bits">Leading zero bits; 2^bits hashes on average.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record ProofOfWorkChallenge(string Text, int Bits, DateTimeOffset ExpiresAt);
