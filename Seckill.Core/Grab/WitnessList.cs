namespace Seckill.Core.Grab;

/// <summary>The latest winners of one bucket that this node has told 202: what it can testify to if Redis forgets them.</summary>
/// <remarks>
/// Bounded by number and by age. Replication lags by milliseconds and a recovery takes seconds, so whoever has been here for <see cref="KeepFor"/> is an order row or in the
/// outbox of every replica that is fit to be promoted. When full, the oldest leaves. Not thread-safe: the lane's lock guards it.
/// </remarks>
internal sealed class WitnessList(int maxWinners)
{
    private readonly Queue<WitnessedWinner> _winners = new();

    /// <summary>How long a winner is kept: 60 s.</summary>
    public static TimeSpan KeepFor { get; } = TimeSpan.FromSeconds(60);

    public int Count => _winners.Count;

    public void Add(WitnessedWinner winner)
    {
        while (_winners.TryPeek(out WitnessedWinner oldest) && (_winners.Count >= maxWinners || oldest.At + KeepFor < winner.At))
        {
            _winners.Dequeue();
        }

        if (maxWinners > 0)
        {
            _winners.Enqueue(winner);
        }
    }

    /// <summary>Those of lives before <paramref name="epoch"/>.</summary>
    public WitnessedWinner[] Before(long epoch) => [.. _winners.Where(winner => winner.Epoch < epoch)];

    /// <summary>Lets go of those that have been handed over.</summary>
    public void Remove(IReadOnlySet<WitnessedWinner> handedOver)
    {
        for (int i = _winners.Count; i > 0; i--)
        {
            WitnessedWinner winner = _winners.Dequeue();
            if (!handedOver.Contains(winner))
            {
                _winners.Enqueue(winner);
            }
        }
    }
}
