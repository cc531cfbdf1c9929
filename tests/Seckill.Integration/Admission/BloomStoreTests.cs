using Seckill.Core.Admission;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Admission;

/// <summary>Filters in a real Redis: versions, pieces, and what is refused by name.</summary>
public sealed class BloomStoreTests : IAsyncLifetime
{
    private static readonly BloomKeys Keys = new("seckill:those");
    private static readonly DateTimeOffset EndsAt = TimeProvider.System.GetUtcNow().AddHours(1);

    private RedisOnly? _redis;

    private RedisOnly Redis => _redis!;

    private BloomStore Store => new(Redis.Connect());

    public async ValueTask InitializeAsync() => _redis = await RedisOnly.StartAsync();

    public async ValueTask DisposeAsync() => await Redis.DisposeAsync();

    [Fact]
    public async Task WhatIsPublished_IsLoaded_InSeveralPieces_AndExpires()
    {
        BloomFilter filter = Filled("a", items: 500_000);
        BloomHeader.Of(filter, 7).Chunks.ShouldBeGreaterThan(2);

        (await PublishAsync(filter, 7)).ShouldBe(BloomPublish.Published);
        BloomLoad load = await Store.LoadAsync(Keys);

        (load.Fault, load.Version).ShouldBe((BloomFault.None, 7));
        load.Filter!.Shape.ShouldBe(filter.Shape);
        load.Filter.Count.ShouldBe(filter.Count);
        load.Filter.Bitmap.SequenceEqual(filter.Bitmap).ShouldBeTrue();
        foreach (RedisKey key in (RedisKey[])[Keys.Head, Keys.Bits(7)])
        {
            (await Redis.Db.KeyTimeToLiveAsync(key)).ShouldNotBeNull().ShouldBeInRange(TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(61));
        }
    }

    [Fact]
    public async Task ANewerVersion_TakesThePlace_AndAnOlderOneDoesNot()
    {
        await PublishAsync(Filled("first"), 7);

        (await PublishAsync(Filled("second"), 8)).ShouldBe(BloomPublish.Published);
        (await PublishAsync(Filled("late"), 6)).ShouldBe(BloomPublish.Older);
        (await PublishAsync(Filled("same"), 8)).ShouldBe(BloomPublish.Older);

        (await Store.VersionAsync(Keys)).ShouldBe(8);
        (await Redis.Db.KeyTimeToLiveAsync(Keys.Bits(7))).ShouldNotBeNull("nodes may be reading the former version").ShouldBeLessThanOrEqualTo(TimeSpan.FromMinutes(1));
        (await Redis.Db.KeyTimeToLiveAsync(Keys.Bits(6))).ShouldNotBeNull("what was never published goes by itself").ShouldBeLessThanOrEqualTo(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task NothingPublished_IsAbsent() => (await Store.LoadAsync(Keys)).Fault.ShouldBe(BloomFault.Absent);

    [Fact]
    public async Task WhatIsDamaged_IsRefusedByName()
    {
        BloomFilter filter = Filled("a");
        byte[] header = BloomHeader.Of(filter, 7).Write();
        byte[] otherVersion = BloomHeader.Of(filter, 6).Write();
        byte[] newerFormat = [.. header[..4], 9, 0, .. header[6..]];
        byte[] bits = filter.Bitmap.ToArray();
        byte[] flipped = [.. bits];
        flipped[3] ^= 16;

        (byte[]? Header, byte[]? Bits, BloomFault Expected)[] damages =
        [
            ([.. "not a filter"u8], bits, BloomFault.NotAFilter),
            (otherVersion, bits, BloomFault.WrongVersion),
            (newerFormat, bits, BloomFault.UnknownFormat),
            (header, null, BloomFault.WrongSize),
            (header, bits[1..], BloomFault.WrongSize),
            (header, [.. bits, 0], BloomFault.WrongSize),
            (header, flipped, BloomFault.WrongChecksum),
        ];
        foreach ((byte[]? damagedHeader, byte[]? damagedBits, BloomFault expected) in damages)
        {
            await PublishAsync(filter, 7);
            await Redis.Db.HashSetAsync(Keys.Head, "header", damagedHeader);
            await Redis.Db.KeyDeleteAsync(Keys.Bits(7));
            if (damagedBits is not null)
            {
                await Redis.Db.HashSetAsync(Keys.Bits(7), 0, damagedBits);
            }

            (await Store.LoadAsync(Keys)).ShouldBe(new BloomLoad(expected));
            await Redis.Db.KeyDeleteAsync(Keys.Head);
        }
    }

    private Task<BloomPublish> PublishAsync(BloomFilter filter, long version) => Store.PublishAsync(Keys, filter, version, EndsAt, "channel", "message");

    private static BloomFilter Filled(string name, int items = 1_000) => BloomFilter.Build([.. Enumerable.Range(0, items).Select(i => $"{name}-{i}")], BloomShape.For(items, 0.001, seed: 3), parts: 2);
}
