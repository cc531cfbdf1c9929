using StackExchange.Redis;

namespace Seckill.Core.Admission;

/// <summary>The Redis keys of one published filter. They share a hash tag, hence one slot and one script.</summary>
/// <param name="Tag">What the filter is of, for example a sale's list.</param>
internal readonly record struct BloomKeys(string Tag)
{
    /// <summary>hash: <c>version</c> and <c>header</c> (<see cref="BloomHeader"/>) of the bitmap that counts. Expires with it.</summary>
    public RedisKey Head => $"{{{Tag}}}:bloom:head";

    /// <summary>string: who builds a version now, so that not every node does; expires when he should be done.</summary>
    public RedisKey Builder => $"{{{Tag}}}:bloom:builder";

    /// <summary>hash: number of the piece -> bytes. One for each version; the former one expires a minute after the next is published, one that was never published after ten.</summary>
    public RedisKey Bits(long version) => $"{{{Tag}}}:bloom:{version}:bits";
}
