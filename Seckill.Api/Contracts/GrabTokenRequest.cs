namespace Seckill.Api.Contracts;

/// <summary>A question for a grab token; the body may be absent while no work was done.</summary>
/// <param name="Challenge">The challenge that <c>proof-of-work-required</c> came with, unchanged.</param>
/// <param name="Nonce">What solves it: SHA-256(challenge as ASCII, then the nonce as 8 bytes, big-endian) begins with as many zero bits as were asked for. 0 to 2^63 - 1.</param>
public sealed record GrabTokenRequest(string? Challenge, long? Nonce);
