using Confluent.Kafka;

namespace Seckill.LoadTests.Audit;

/// <summary>How far one partition has been read, and what of it the broker no longer had.</summary>
internal sealed class PartitionReading
{
    private readonly long _mark;
    private readonly long _end;

    /// <param name="partition">Which.</param>
    /// <param name="kept">From where to where the broker has messages.</param>
    /// <param name="mark">Where it ended before the sale existed.</param>
    public PartitionReading(TopicPartition partition, WatermarkOffsets kept, long mark)
    {
        Partition = partition;
        _mark = mark;
        _end = kept.High.Value;
        Next = kept.Low.Value;
        Gone = Math.Max(0, Next - mark);
        HasForgotten = _end < mark;
    }

    public TopicPartition Partition { get; }

    /// <summary>The offset to be read next.</summary>
    public long Next { get; private set; }

    /// <summary>Messages after the mark that the broker had dropped before they were read.</summary>
    public long Gone { get; private set; }

    /// <summary>It ends before its mark: the broker began anew, and how much it held by then nobody knows.</summary>
    public bool HasForgotten { get; }

    /// <summary>Messages still to be read.</summary>
    public long Left => Math.Max(0, _end - Next);

    /// <summary>True for a message that may be about the sale.</summary>
    public bool IsOfTheRun(long offset) => offset >= _mark || HasForgotten;

    /// <summary>Notes a message; a leap means that the broker dropped what stood between while we read.</summary>
    public void Advance(long offset)
    {
        Gone += Math.Max(0, offset - Math.Max(Next, _mark));
        Next = offset + 1;
    }
}
