namespace Seckill.Core.Locking;

/// <summary>A later holder of the lock has written already: this holder's write is refused and nothing of its transaction stands.</summary>
/// <param name="token">The token that was too old.</param>
/// <param name="highest">The highest token that has been seen.</param>
public sealed class StaleHolderException(FencingToken token, long highest)
    : Exception($"The lock {token.Resource} has passed on: token {token.Value} is behind {highest}.")
{
    /// <summary>The token that was too old.</summary>
    public FencingToken Token { get; } = token;

    /// <summary>The highest token that has been seen.</summary>
    public long Highest { get; } = highest;
}
