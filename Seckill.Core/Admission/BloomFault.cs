namespace Seckill.Core.Admission;

/// <summary>Why a Bloom filter that was read from Redis is not taken. The names are tags of <c>seckill.bloom.refused</c>.</summary>
public enum BloomFault
{
    /// <summary>It is good.</summary>
    None = 0,

    /// <summary>Nobody has published one, or it has expired.</summary>
    Absent,

    /// <summary>The header is not as long as a header, or does not begin as one: somebody else writes this key.</summary>
    NotAFilter,

    /// <summary>A format that this program does not know: it was written by a newer one.</summary>
    UnknownFormat,

    /// <summary>No filter has these bits and hashes, or its bitmap would be larger than we publish.</summary>
    ImpossibleShape,

    /// <summary>The header is of another content version than the one it stands under.</summary>
    WrongVersion,

    /// <summary>A part of the bitmap is missing, too short or too long.</summary>
    WrongSize,

    /// <summary>The bits are not those that were published.</summary>
    WrongChecksum,
}
