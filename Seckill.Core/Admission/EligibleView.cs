using Seckill.Core.Ids;

namespace Seckill.Core.Admission;

/// <summary>What this node knows of one sale's list: a filter of some version, and which version Redis named when it was last asked.</summary>
/// <remarks>Thread-safe: each half is one reference, written whole. They may be written in any order, since only a pair that agrees refuses anybody.</remarks>
internal sealed class EligibleView
{
    private Filtered? _filtered;
    private Confirmation? _confirmed;

    /// <summary>Version of the filter; 0 when there is none.</summary>
    public long FilterVersion => Volatile.Read(ref _filtered)?.Version ?? 0;

    /// <summary>Version that Redis named last; 0 for none.</summary>
    public long ListVersion => Volatile.Read(ref _confirmed)?.Version ?? 0;

    /// <summary>What was refused last, so that it is said once. Of the loading loop alone.</summary>
    public (long Version, BloomFault Fault) Refused { get; set; }

    /// <summary>Redis has named a version.</summary>
    /// <param name="version">0: it knows of no list.</param>
    /// <param name="askedAt">When it was asked, not when it answered: the list may have changed while the answer was under way.</param>
    public void Confirm(long version, long askedAt) => Volatile.Write(ref _confirmed, new Confirmation(version, askedAt));

    /// <summary>Takes a filter in the place of the one before.</summary>
    public void Take(BloomFilter filter, long version) => Volatile.Write(ref _filtered, new Filtered(filter, version));

    /// <summary>True: the user is not on the list. False: he is, or nobody here can tell.</summary>
    public bool SurelyLacks(UserId user, TimeSpan trust, TimeProvider time) =>
        Volatile.Read(ref _filtered) is { } filtered
        && Volatile.Read(ref _confirmed) is { } confirmed
        && filtered.Version == confirmed.Version
        && time.GetElapsedTime(confirmed.AskedAt) < trust
        && !filtered.Filter.MightContain(user.Value);

    private sealed record Filtered(BloomFilter Filter, long Version);

    private sealed record Confirmation(long Version, long AskedAt);
}
