namespace Seckill.Core.GrabTokens;

/// <summary>What a verified token says beside whom it is for.</summary>
/// <param name="Nonce">Tells it from every other token.</param>
/// <param name="Remember">How long, from now, any node may still take it: so long its use must be remembered.</param>
public readonly record struct GrabTokenUse(GrabNonce Nonce, TimeSpan Remember);
