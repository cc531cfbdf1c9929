using Seckill.Core.Stock;

namespace Seckill.Core.Grab;

/// <summary>The latest winners of one bucket that this node has told 202: what it can testify to if Redis forgets them.</summary>
/// <remarks>
/// Bounded by number and by age. Replication lags by milliseconds and a recovery takes seconds, so whoever has been here for <see cref="KeepFor"/> is an order row or in the
/// outbox of every replica that is fit to be promoted. When full, the oldest leaves. Not thread-safe: the lane's lock guards it.
/// </remarks>
internal sealed class WitnessList(int maxWinners)
{
    private readonly Queue<WitnessedWinner> _winners = new();

    /// <summary>How long a winner is kept, counted up to the latest one: 60 s.</summary>
    public static TimeSpan KeepFor { get; } = TimeSpan.FromSeconds(60);

    public int Count => _winners.Count;

    /// <summary>How many were ever added: the place of the latest.</summary>
    public long Added { get; private set; }

    public void Add(WitnessedWinner winner)
    {
        while (_winners.TryPeek(out WitnessedWinner oldest) && (_winners.Count >= maxWinners || oldest.At + KeepFor < winner.At))
        {
            _winners.Dequeue();
        }

        if (maxWinners > 0)
        {
            _winners.Enqueue(winner);
            Added++;
        }
    }

    /// <summary>Those added after a place, in the order in which they were.</summary>
    public WitnessedWinner[] After(long place) => [.. _winners.Skip((int)Math.Max(0, place - (Added - _winners.Count)))];
}
