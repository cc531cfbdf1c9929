namespace Seckill.Core.GrabTokens;

/// <summary>A challenge whose work was done.</summary>
/// <param name="Bits">How hard it was, in leading zero bits.</param>
/// <param name="ExpiresAtMs">When it ends, Unix ms.</param>
/// <param name="Salt">Tells it from every other challenge.</param>
public readonly record struct SolvedChallenge(int Bits, long ExpiresAtMs, GrabNonce Salt);
