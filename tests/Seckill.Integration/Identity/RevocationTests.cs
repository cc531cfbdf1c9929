using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Identity;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Integration.Admission;
using Seckill.Integration.Grab;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Identity;

/// <summary>Revocations between nodes on a real Redis: heard of, kept while it is away, and put back when it forgot.</summary>
public sealed class RevocationTests : IAsyncLifetime
{
    private static readonly UserId Alice = new("alice"), Bob = new("bob");

    private readonly List<IDisposable> _parts = [];
    private RedisOnly? _redis;

    private RedisOnly Redis => _redis!;

    private RevocationStore Store => new(Redis.Connect(), TimeProvider.System);

    public async ValueTask InitializeAsync() => _redis = await RedisOnly.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _parts.ForEach(part => part.Dispose());
        await Redis.DisposeAsync();
    }

    [Fact]
    public async Task Revoked_ReachesEveryNode_AlsoOneThatStartsLater()
    {
        TokenRevocations one = await NodeAsync(), other = await NodeAsync();

        (await Store.RevokeAsync(Alice, "a1")).ShouldBe(RevokeStatus.Revoked);
        (await Store.RevokeAllAsync(Bob)).ShouldBe(RevokeStatus.Revoked);

        await Eventually.TrueAsync(() => KnowsBoth(one) && KnowsBoth(other));
        TokenRevocations late = await NodeAsync();
        await Eventually.TrueAsync(() => KnowsBoth(late));
        late.IsRevoked(Token(Alice, "a2")).ShouldBeFalse();
        foreach (StackExchange.Redis.RedisKey key in (StackExchange.Redis.RedisKey[])[RevocationKeys.Log, RevocationKeys.Expiry, RevocationKeys.Version])
        {
            (await Redis.Db.KeyTimeToLiveAsync(key)).ShouldNotBeNull().ShouldBeInRange(TimeSpan.FromDays(6.9), RevocationStore.KeepFor + TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task RedisForgets_WhatANodeRemembers_IsPutBack_AndReachesTheOthers()
    {
        TokenRevocations one = await NodeAsync();
        await Store.RevokeAsync(Alice, "a1");
        await Store.RevokeAllAsync(Bob);
        await Eventually.TrueAsync(() => KnowsBoth(one));

        await Redis.Server.KillAsync();
        KnowsBoth(one).ShouldBeTrue("it needs nobody to know it");
        await Redis.Server.StartAsync();

        TokenRevocations late = await NodeAsync();
        await Eventually.TrueAsync(() => KnowsBoth(late));
        KnowsBoth(one).ShouldBeTrue();
    }

    /// <summary>The version alone does not tell: the first revocation of the new life is above all that were seen.</summary>
    [Fact]
    public async Task RedisForgets_AndSomebodyRevokesBeforeTheNodesLook_NothingIsLost()
    {
        TokenRevocations one = await NodeAsync();
        await Store.RevokeAsync(Alice, "a1");
        await Eventually.TrueAsync(() => one.IsRevoked(Token(Alice, "a1")));

        StackExchange.Redis.ITransaction loss = Redis.Db.CreateTransaction();
        _ = loss.KeyDeleteAsync([RevocationKeys.Log, RevocationKeys.Expiry, RevocationKeys.Version]);
        _ = loss.SortedSetAddAsync(RevocationKeys.Log, new Revocation(Bob, string.Empty, 4_000_000_000, 4_000_000_000).ToString(), 4_000_000_000_000);
        _ = loss.StringSetAsync(RevocationKeys.Version, 4_000_000_000_000);
        (await loss.ExecuteAsync()).ShouldBeTrue();

        TokenRevocations late = await NodeAsync();
        await Eventually.TrueAsync(() => KnowsBoth(one) && KnowsBoth(late));
    }

    [Fact]
    public async Task WrittenTwice_IsKnown_AndWhatHasExpiredMakesRoom()
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        RevocationStore store = Store;
        await store.WriteAsync(new Revocation(Alice, "past", 0, now - 1));

        (await store.WriteAsync(new Revocation(Alice, "a1", 0, now + 600))).ShouldBe(RevokeStatus.Revoked);
        long version = await store.VersionAsync();
        (await store.WriteAsync(new Revocation(Alice, "a1", 0, now + 600))).ShouldBe(RevokeStatus.Known);

        (await store.VersionAsync()).ShouldBe(version);
        (await store.ReadAsync(0)).Page.ShouldBe([new Revocation(Alice, "a1", 0, now + 600)]);
        (await Redis.Db.SortedSetLengthAsync(RevocationKeys.Expiry)).ShouldBe(1);
    }

    [Fact]
    public async Task AFullLog_RefusesAndNotesNothing()
    {
        await Redis.Db.ExecuteAsync(
            "EVAL", "for i = 1, ARGV[1] do redis.call('ZADD', KEYS[1], i, 'u' .. i .. ' x 0 4000000000') end", 1, RevocationKeys.Log, RevocationStore.MaxEntries);

        (await Store.RevokeAllAsync(Alice)).ShouldBe(RevokeStatus.Full);

        (await Redis.Db.SortedSetLengthAsync(RevocationKeys.Log)).ShouldBe(RevocationStore.MaxEntries);
        TokenRevocations node = await NodeAsync();
        node.All.ShouldBeEmpty("no version says that there is anything to read");
    }

    private static bool KnowsBoth(TokenRevocations node) => node.IsRevoked(Token(Alice, "a1")) && node.IsRevoked(Token(Bob, "any"));

    private static VerifiedToken Token(UserId user, string id) => new(user, Roles.Buyer, DateTimeOffset.MaxValue, id, 1);

    private async Task<TokenRevocations> NodeAsync()
    {
        TokenRevocations revocations = new();
        RedisListener listener = new(Options.Create(new Connections { Redis = Redis.Server.Endpoint }));
        RevocationLoop loop = new(revocations, Store, listener, TimeProvider.System, NullLogger<RevocationLoop>.Instance);
        _parts.AddRange([loop, listener]);
        await loop.StartAsync(CancellationToken.None);
        return revocations;
    }
}
