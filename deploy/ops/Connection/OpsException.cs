namespace Seckill.Ops.Connection;

/// <summary>A command cannot do its work; the message is for the operator, and the exit code is 1.</summary>
internal sealed class OpsException(string message) : Exception(message);
