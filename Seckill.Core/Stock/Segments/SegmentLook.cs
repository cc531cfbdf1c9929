using System.Globalization;

namespace Seckill.Core.Stock.Segments;

/// <summary>What Redis says of one bucket of a segmented SKU, or of its pool, at one moment. Numbers are -1 where the key or field is missing.</summary>
/// <param name="Epoch">Which life.</param>
/// <param name="Version">Raised by everything that changes the units left.</param>
/// <param name="Total">Its share of the units offered: those left here and those held by its buyers.</param>
/// <param name="Left">Units left.</param>
/// <param name="Fence">The epoch that a recovery under way leads to.</param>
/// <param name="Applied">The serial of the latest transfer that this bucket has applied in its epoch; 0 for none.</param>
/// <param name="Moved">What that one moved: units that came in, below 0 those that were handed over.</param>
/// <param name="Open">The pool's transfers that are not settled.</param>
public sealed record SegmentLook(long Epoch, long Version, long Total, long Left, long Fence, long Applied, long Moved, IReadOnlyList<SegmentTransfer> Open)
{
    /// <summary>All of it is there, and no recovery is rebuilding it: transfers act on it. Behind a fence, too, once the new life is in place, since those who testify have a claim on units then.</summary>
    public bool IsOpen => Epoch > 0 && Version > 0 && Left >= 0 && (Fence < 0 || Fence == Epoch);

    /// <summary>Reads what segment-look.lua answers.</summary>
    internal static SegmentLook Read(long epoch, long version, long total, long left, long fence, string applied, ReadOnlySpan<string> records)
    {
        (long serial, long moved) = applied.Split(' ') is [{ } life, { } number, { } units] && Number(life) == epoch ? (Number(number), Number(units)) : (0, 0);
        List<SegmentTransfer> open = [];
        for (int i = 0; i < records.Length; i += 2)
        {
            if (records[i + 1].Split(' ') is [{ } opened, { } nth, { } chunk] && Number(opened) == epoch)
            {
                open.Add(new SegmentTransfer((int)Number(records[i]), epoch, Number(nth), Number(chunk)));
            }
        }

        return new SegmentLook(epoch, version, total, left, fence, serial, moved, open);
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
