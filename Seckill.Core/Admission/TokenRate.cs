namespace Seckill.Core.Admission;

/// <summary>How fast a token bucket fills, and how much it holds.</summary>
/// <param name="PerSecond">Tokens that come back in a second, at least 1.</param>
/// <param name="Burst">Tokens that it holds when full, at least 1.</param>
public readonly record struct TokenRate(int PerSecond, int Burst)
{
    /// <summary>What one of so many nodes may give out by itself: rounded up, so that no share is nothing.</summary>
    public TokenRate ShareOf(int nodes) => new(Share(PerSecond, nodes), Share(Burst, nodes));

    private static int Share(int whole, int nodes) => (int)(((long)whole + nodes - 1) / nodes);
}
