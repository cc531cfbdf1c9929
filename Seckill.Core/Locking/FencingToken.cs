namespace Seckill.Core.Locking;

/// <summary>Says which holding of a lock a write belongs to: later holders have higher numbers, see <see cref="Redlock"/>.</summary>
/// <param name="Resource">The lock.</param>
/// <param name="Value">Greater than zero, below 2^53.</param>
public readonly record struct FencingToken(string Resource, long Value);
