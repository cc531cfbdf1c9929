namespace Seckill.Core.Redis;

/// <summary>Redis has not answered the last question of the watch, and was not asked this one: unlike any other time-out this leaves nothing unknown.</summary>
/// <remarks>A time-out all the same, so that whoever has an answer to one has an answer to this.</remarks>
public sealed class RedisSilentException() : TimeoutException("Redis is silent; nothing was sent.");
