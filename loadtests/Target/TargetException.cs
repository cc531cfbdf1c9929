namespace Seckill.LoadTests.Target;

/// <summary>The stack cannot be loaded as asked; the message says what to do about it.</summary>
public sealed class TargetException(string message) : Exception(message);
