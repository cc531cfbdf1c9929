namespace Seckill.LoadTests.Audit;

/// <summary>Where the partitions of the order topic ended before a sale existed: whatever a broker has dropped of what stood before them was never about that sale.</summary>
/// <param name="Ends">The next offset by partition; 0 for one that is not named.</param>
public sealed record OrderTopicMarks(IReadOnlyDictionary<int, long> Ends)
{
    /// <summary>Every message that ever stood on the topic may matter.</summary>
    public static OrderTopicMarks Beginning { get; } = new(new Dictionary<int, long>());

    /// <summary>The mark of a partition.</summary>
    public long this[int partition] => Ends.GetValueOrDefault(partition);
}
