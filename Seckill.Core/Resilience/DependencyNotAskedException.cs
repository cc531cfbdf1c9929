namespace Seckill.Core.Resilience;

/// <summary>The dependency was not asked: its circuit is open, or too many calls are under way. Nothing has happened there, so unlike a time-out this leaves nothing unknown.</summary>
public sealed class DependencyNotAskedException(string message, Exception? inner = null) : Exception(message, inner);
