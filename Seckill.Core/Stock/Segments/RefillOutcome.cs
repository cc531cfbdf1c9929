namespace Seckill.Core.Stock.Segments;

/// <summary>What became of the search for units for an empty bucket.</summary>
public enum RefillOutcome
{
    /// <summary>The bucket has units: grab again.</summary>
    Refilled,

    /// <summary>There was a moment during the search at which the whole SKU had none.</summary>
    SoldOut,

    /// <summary>Neither: others were faster each time. Search again.</summary>
    Busy,

    /// <summary>A part of the SKU is lost or being recovered.</summary>
    Fenced,

    /// <summary>A node of Redis that may have units did not answer.</summary>
    Unavailable,
}
