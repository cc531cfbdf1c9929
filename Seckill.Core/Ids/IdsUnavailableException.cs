namespace Seckill.Core.Ids;

/// <summary>An id could not be made safely; try again later. Nothing was changed.</summary>
public sealed class IdsUnavailableException(string message) : Exception(message);
