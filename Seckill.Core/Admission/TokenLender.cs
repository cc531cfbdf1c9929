using StackExchange.Redis;

namespace Seckill.Core.Admission;

/// <summary>Takes up to so many tokens out of the bucket that all nodes share. Any exception means that nobody can tell, and tokens may have been taken.</summary>
internal delegate Task<TokenGrant> TokenLender(RedisKey bucket, TokenRate rate, int wanted);
