namespace Seckill.Core.Payments;

/// <summary>The gateway gave no answer: the outcome is unknown, and the call is repeated with the same payment id.</summary>
public sealed class GatewayUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
