namespace Seckill.LoadTests.Audit;

/// <summary>What the order topic holds about a SKU.</summary>
/// <param name="Copies">How many messages name each order, from 1; more than one is lawful, for the way to Kafka repeats rather than loses.</param>
/// <param name="Unreadable">Messages of the time of the run that are no reservation; whose they were nobody can tell.</param>
/// <param name="Gap">What of the run's time could not be read, in words; null: all of it was.</param>
public sealed record KafkaEvidence(IReadOnlyDictionary<KafkaOrder, int> Copies, long Unreadable, string? Gap)
{
    /// <summary>Messages beyond the first of each order.</summary>
    public long Repeated => Copies.Values.Sum(count => count - 1L);

    /// <summary>Nothing could be read.</summary>
    public static KafkaEvidence Nothing(string gap) => new(new Dictionary<KafkaOrder, int>(), 0, gap);
}
