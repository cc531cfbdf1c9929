using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Admission;

/// <summary>Filters in Redis: a bitmap in pieces for each version, and a head that says which version counts. Thread-safe.</summary>
/// <remarks>
/// A new version's pieces are all there before the head names it, so a reader finds either version whole, or, when he was slow, a piece missing: then he keeps what he has and
/// reads again. Every key expires. Methods throw <see cref="RedisException"/> or <see cref="TimeoutException"/> when Redis is away.
/// </remarks>
internal sealed class BloomStore(RedisConnection redis)
{
    private static readonly RedisScript PublishScript = RedisScript.Load("bloom-publish.lua");

    // Time for building, and for nodes that are reading the former version.
    private static readonly TimeSpan KeepUnpublished = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan KeepFormer = TimeSpan.FromMinutes(1);

    /// <summary>Publishes a filter, unless a newer version is published already.</summary>
    /// <param name="keys">Where.</param>
    /// <param name="filter">At most <see cref="BloomHeader.MaxBitmapBytes"/>.</param>
    /// <param name="version">Version of what it was made of.</param>
    /// <param name="endsAt">When it expires.</param>
    /// <param name="channel">Where nodes listen.</param>
    /// <param name="message">What they are told.</param>
    public async Task<BloomPublish> PublishAsync(BloomKeys keys, BloomFilter filter, long version, DateTimeOffset endsAt, string channel, string message)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(filter.Shape.Bytes, BloomHeader.MaxBitmapBytes, nameof(filter));
        BloomHeader header = BloomHeader.Of(filter, version);
        RedisKey bits = keys.Bits(version);

        // Another builder's pieces of this version may be of another shape.
        await redis.RunAsync(db => db.KeyDeleteAsync(bits));
        for (int chunk = 0; chunk < header.Chunks; chunk++)
        {
            byte[] piece = filter.Bitmap.Slice(chunk * BloomHeader.ChunkBytes, header.LengthOf(chunk)).ToArray();
            int field = chunk;
            await redis.RunAsync(db => db.HashSetAsync(bits, field, piece));
            if (chunk == 0)
            {
                await redis.RunAsync(db => db.KeyExpireAsync(bits, KeepUnpublished));
            }
        }

        RedisResult[] reply = (RedisResult[])(await redis.RunAsync(db => PublishScript.RunAsync(
            db, [keys.Head, bits], [version, header.Write(), header.Chunks, endsAt.ToUnixTimeMilliseconds(), channel, message])))!;
        (BloomPublish status, long before) = ((BloomPublish)(int)reply[0], (long)reply[1]);
        if (status is BloomPublish.Published && before > 0)
        {
            await redis.RunAsync(db => db.KeyExpireAsync(keys.Bits(before), KeepFormer));
        }

        return status;
    }

    /// <summary>Version that counts now; 0 when there is none.</summary>
    public async Task<long> VersionAsync(BloomKeys keys) => (long)await redis.RunAsync(db => db.HashGetAsync(keys.Head, "version"));

    /// <summary>Reads the filter that counts, and believes nothing of it before it is checked.</summary>
    /// <returns>The filter and its version, or why there is none.</returns>
    public async Task<BloomLoad> LoadAsync(BloomKeys keys)
    {
        RedisValue[] head = await redis.RunAsync(db => db.HashGetAsync(keys.Head, ["version", "header"]));
        if (head[0].IsNull || head[1].IsNull)
        {
            return new BloomLoad(BloomFault.Absent);
        }

        if (!head[0].TryParse(out long version))
        {
            return new BloomLoad(BloomFault.NotAFilter);
        }

        BloomFault fault = BloomHeader.Read((byte[])head[1]!, version, out BloomHeader header);
        if (fault is not BloomFault.None)
        {
            return new BloomLoad(fault);
        }

        byte[] bitmap = new byte[header.Shape.Bytes];
        RedisKey bits = keys.Bits(version);
        for (int chunk = 0; chunk < header.Chunks; chunk++)
        {
            int field = chunk;
            byte[]? piece = await redis.RunAsync(db => db.HashGetAsync(bits, field));
            if (piece?.Length != header.LengthOf(chunk))
            {
                return new BloomLoad(BloomFault.WrongSize);
            }

            piece.CopyTo(bitmap, chunk * BloomHeader.ChunkBytes);
        }

        if (header.ChecksumWith(bitmap) != header.Checksum)
        {
            return new BloomLoad(BloomFault.WrongChecksum);
        }

        BloomFilter filter = new(header.Shape);
        filter.Restore(bitmap, header.Count);
        return new BloomLoad(BloomFault.None, filter, version);
    }
}
