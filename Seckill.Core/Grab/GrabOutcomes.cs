using System.Collections.Concurrent;
using Seckill.Core.Ids;

namespace Seckill.Core.Grab;

/// <summary>Counts grabs by outcome, where they are decided: as a metric, and by sale until <see cref="GrabUpkeep"/> takes the counts to Redis. Thread-safe.</summary>
public sealed class GrabOutcomes
{
    internal static readonly GrabOutcome[] All = Enum.GetValues<GrabOutcome>();

    private static readonly KeyValuePair<string, object?>[] Tags = Array.ConvertAll(All, outcome => new KeyValuePair<string, object?>("outcome", Enum.GetName(outcome)));

    private readonly ConcurrentDictionary<SaleId, long[]> _counts = new();

    /// <summary>The sales that have counts, each with its own by outcome; take them with Interlocked.</summary>
    internal ICollection<KeyValuePair<SaleId, long[]>> BySale => _counts;

    /// <summary>Counts grabs.</summary>
    /// <param name="sale">The sale; null when it is not in the catalog, which also bounds the table.</param>
    /// <param name="outcome">How they ended.</param>
    /// <param name="grabs">How many, at least 1.</param>
    public void Count(SaleId? sale, GrabOutcome outcome, int grabs = 1)
    {
        GrabMetrics.Outcomes.Add(grabs, Tags[(int)outcome]);
        if (sale is { } known)
        {
            Interlocked.Add(ref _counts.GetOrAdd(known, static _ => new long[All.Length])[(int)outcome], grabs);
        }
    }

    /// <summary>Lets go of sales that are no longer wanted.</summary>
    internal void Forget(Func<SaleId, bool> isWanted)
    {
        foreach (SaleId sale in _counts.Keys)
        {
            if (!isWanted(sale))
            {
                _counts.TryRemove(sale, out _);
            }
        }
    }
}
