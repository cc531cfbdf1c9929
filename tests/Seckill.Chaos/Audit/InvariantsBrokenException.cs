namespace Seckill.Chaos.Audit;

/// <summary>An audit found a broken promise.</summary>
internal sealed class InvariantsBrokenException(string message) : Exception(message);
