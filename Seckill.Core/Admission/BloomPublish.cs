namespace Seckill.Core.Admission;

/// <summary>What <c>bloom-publish.lua</c> says. The codes are the script's.</summary>
internal enum BloomPublish
{
    /// <summary>Nodes read this version from now on.</summary>
    Published = 1,

    /// <summary>This version or a newer one stands there.</summary>
    Older = 2,

    /// <summary>The bitmap is not whole: it expired before it was published.</summary>
    BitmapGone = -1,
}
