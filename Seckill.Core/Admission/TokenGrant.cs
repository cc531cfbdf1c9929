namespace Seckill.Core.Admission;

/// <summary>What a shared token bucket answered.</summary>
/// <param name="Granted">Tokens, from 0 to what was asked for.</param>
/// <param name="Wait">Until there is another one; zero when there is one now.</param>
internal readonly record struct TokenGrant(int Granted, TimeSpan Wait);
