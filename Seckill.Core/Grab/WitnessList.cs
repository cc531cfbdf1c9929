using Seckill.Core.Stock;

namespace Seckill.Core.Grab;

/// <summary>The latest winners of one bucket that this node has told 202: what it can testify to if Redis forgets them.</summary>
/// <remarks>
/// Bounded by number and by age. Replication lags by milliseconds and a recovery takes seconds, so whoever has been here for <see cref="KeepFor"/> is an order row or in the
/// outbox of every replica that is fit to be promoted. When full, the oldest leaves. Not thread-safe: the lane's lock guards it, which is why <see cref="After"/> costs only what it gives back.
/// </remarks>
internal sealed class WitnessList(int maxWinners)
{
    private const int FirstCapacity = 16;

    // The winner added as the n-th stands at n modulo the length; it grows up to the bound and never shrinks.
    private WitnessedWinner[] _ring = [];

    /// <summary>How long a winner is kept, counted up to the latest one: 60 s.</summary>
    public static TimeSpan KeepFor { get; } = TimeSpan.FromSeconds(60);

    public int Count { get; private set; }

    /// <summary>How many were ever added: the place of the latest.</summary>
    public long Added { get; private set; }

    private long Left => Added - Count;

    public void Add(WitnessedWinner winner)
    {
        if (maxWinners == 0)
        {
            return;
        }

        while (Count > 0 && (Count >= maxWinners || At(Left).At + KeepFor < winner.At))
        {
            At(Left) = default;
            Count--;
        }

        if (Count == _ring.Length)
        {
            Grow();
        }

        At(Added) = winner;
        Added++;
        Count++;
    }

    /// <summary>Those added after a place, in the order in which they were.</summary>
    public WitnessedWinner[] After(long place)
    {
        long from = Math.Max(place, Left);
        if (from >= Added)
        {
            return [];
        }

        WitnessedWinner[] winners = new WitnessedWinner[Added - from];
        int start = (int)(from % _ring.Length), untilEnd = Math.Min(winners.Length, _ring.Length - start);
        Array.Copy(_ring, start, winners, 0, untilEnd);
        Array.Copy(_ring, 0, winners, untilEnd, winners.Length - untilEnd);
        return winners;
    }

    private ref WitnessedWinner At(long place) => ref _ring[place % _ring.Length];

    private void Grow()
    {
        WitnessedWinner[] kept = After(Left);
        _ring = new WitnessedWinner[Math.Min(maxWinners, Math.Max(FirstCapacity, 2 * kept.Length))];
        for (int i = 0; i < kept.Length; i++)
        {
            At(Left + i) = kept[i];
        }
    }
}
