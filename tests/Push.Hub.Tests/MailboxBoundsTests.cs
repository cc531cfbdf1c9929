using Microsoft.Extensions.Options;
using Push.Hub.Tests.Support;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>What a mailbox keeps when it is full, and which messages go first, in and out.</summary>
public sealed class MailboxBoundsTests(RedisFixture redis) : IDisposable
{
    private readonly RedisConnection _connection = new(redis.Server.Endpoint, "tests");
    private readonly string _user = Messages.NewUser();

    public void Dispose() => _connection.Dispose();

    [Fact]
    public async Task OverTheCount_OldestNormalGoesFirst_HighStays()
    {
        MailboxStore store = Store(new MailboxOptions { MaxMessages = 8, MaxIds = 64 });
        await store.AppendAsync([Messages.To(_user, "high", PushPriority.High)]);
        await store.AppendAsync(Messages.Series(_user, 0, 20));

        IReadOnlyList<MailboxEntry> left = await store.ReadAllAsync(_user);

        left.Select(entry => entry.Seq).ShouldBe([1, 16, 17, 18, 19, 20, 21]);
    }

    [Fact]
    public async Task HighMessage_StaysUntilVeryManyCameAfterIt()
    {
        MailboxStore store = Store(new MailboxOptions { MaxMessages = 8, MaxIds = 64 });
        await store.AppendAsync([Messages.To(_user, "high", PushPriority.High)]);
        await store.AppendAsync(Messages.Series(_user, 0, 100));
        long oldestBefore = (await store.ReadAllAsync(_user))[0].Seq;
        await store.AppendAsync(Messages.Series(_user, 100, 100));

        IReadOnlyList<MailboxEntry> left = await store.ReadAllAsync(_user);

        oldestBefore.ShouldBe(1);
        left.Select(entry => entry.Seq).ShouldBe([196, 197, 198, 199, 200, 201]);
    }

    [Fact]
    public async Task Ids_AreRememberedForAsManyMessagesAsPromised_AndNoMoreThanTwiceThat()
    {
        MailboxStore store = Store(new MailboxOptions { MaxMessages = 8, MaxIds = 64 });
        await store.AppendAsync([Messages.To(_user, "first")]);
        foreach (int i in Enumerable.Range(0, 64))
        {
            await store.AppendAsync([Messages.To(_user, $"m{i}")]);
        }

        bool knownAfterMaxIds = !(await store.AppendAsync([Messages.To(_user, "first")]))[0].Appended;
        foreach (int i in Enumerable.Range(64, 128))
        {
            await store.AppendAsync([Messages.To(_user, $"m{i}")]);
        }

        knownAfterMaxIds.ShouldBeTrue();
        (await store.AppendAsync([Messages.To(_user, "first")]))[0].Appended.ShouldBeTrue("its generation is gone");
        (await store.AppendAsync([Messages.To(_user, "m191")]))[0].Appended.ShouldBeFalse();
    }

    [Fact]
    public async Task OverTheBytes_IsTrimmed()
    {
        MailboxStore store = Store(new MailboxOptions { MaxBytes = 16 * 1024 });
        await store.AppendAsync([.. Enumerable.Range(0, 10).Select(i => Messages.To(_user, $"m{i}", payloadBytes: 4_000))]);

        IReadOnlyList<MailboxEntry> left = await store.ReadAllAsync(_user);

        left.Sum(entry => entry.Body.Length).ShouldBeLessThanOrEqualTo(12 * 1024);
        left[^1].Seq.ShouldBe(10);
        left.Count.ShouldBe(2);
    }

    [Fact]
    public async Task RoomKeptFree_TakesHighMessages_WithoutDroppingNormalOnes()
    {
        MailboxStore store = Store(new MailboxOptions { MaxMessages = 8, MaxIds = 64 });
        await store.AppendAsync(Messages.Series(_user, 0, 8));

        await store.AppendAsync([High("h0"), High("h1")]);
        IReadOnlyList<MailboxEntry> whole = await store.ReadAllAsync(_user);
        await store.AppendAsync([High("h2")]);

        whole.Select(entry => entry.Seq).ShouldBe([3, 4, 5, 6, 7, 8, 9, 10]);
        (await store.ReadAllAsync(_user)).Select(entry => entry.Seq).ShouldBe([4, 5, 6, 7, 8, 9, 10, 11]);
    }

    [Fact]
    public async Task HighMessages_MayTakeAll_AndNoNormalOneTakesTheirRoom()
    {
        MailboxStore store = Store(new MailboxOptions { MaxMessages = 8, MaxIds = 64 });
        await store.AppendAsync([Messages.To(_user, "n0"), .. Enumerable.Range(0, 10).Select(i => High($"h{i}"))]);

        IReadOnlyList<MailboxAppendResult> later = await store.AppendAsync(Messages.Series(_user, 1, 5));

        later.ShouldAllBe(result => result.Appended);
        (await store.ReadAllAsync(_user)).Select(entry => entry.Seq).ShouldBe([4, 5, 6, 7, 8, 9, 10, 11]);
    }

    [Fact]
    public async Task RoomKeptFree_IsOfBytesAsWell()
    {
        MailboxStore store = Store(new MailboxOptions { MaxBytes = 16 * 1024, HighReservePercent = 50 });
        await store.AppendAsync([.. Enumerable.Range(0, 4).Select(i => Messages.To(_user, $"m{i}", payloadBytes: 3_800))]);

        await store.AppendAsync([.. Enumerable.Range(0, 2).Select(i => Messages.To(_user, $"h{i}", PushPriority.High, payloadBytes: 3_800))]);

        (await store.ReadAllAsync(_user)).Select(entry => entry.Seq).ShouldBe([3, 4, 5, 6]);
    }

    /// <summary>A sender of the version before wrote the book without the part of the normal messages.</summary>
    [Fact]
    public async Task BookOfAnOlderSender_IsGoneOnWith()
    {
        MailboxStore store = Store(new MailboxOptions { MaxMessages = 8, MaxIds = 64 });
        await store.AppendAsync(Messages.Series(_user, 0, 6));
        RedisKey mailbox = new MailboxKeys(new UserId(_user)).Mailbox;
        string book = (await _connection.RunAsync(db => db.HashGetAsync(mailbox, "book")))!;
        await _connection.RunAsync(db => db.HashSetAsync(mailbox, "book", string.Join(' ', book.Split(' ').SkipLast(2))));

        await store.AppendAsync([High("h0"), .. Messages.Series(_user, 6, 12)]);

        (await store.ReadAllAsync(_user)).Select(entry => entry.Seq).ShouldBe([7, 13, 14, 15, 16, 17, 18, 19]);
    }

    [Fact]
    public async Task DroppedMessages_AreCounted_UnlessSomeoneHadConfirmedThem()
    {
        using MeterReader meter = new("seckill.push.dropped");
        MailboxStore store = Store(new MailboxOptions { MaxMessages = 8, MaxIds = 64 });
        MailboxPosition head = (await store.AppendAsync(Messages.Series(_user, 0, 6)))[^1].Position;
        await store.AckAsync(new UserId(_user), head with { Seq = 4 });

        await store.AppendAsync(Messages.Series(_user, 6, 4));
        double afterConfirmedOnes = meter.Sum();
        await store.AppendAsync([.. Messages.Series(_user, 10, 2), .. Enumerable.Range(0, 10).Select(i => High($"h{i}"))]);

        afterConfirmedOnes.ShouldBe(0);
        meter.Sum(("reason", "bounds"), ("priority", "normal")).ShouldBe(8);
        meter.Sum(("reason", "bounds"), ("priority", "high")).ShouldBe(2);
    }

    [Fact]
    public async Task ExpiredMessages_AreCounted()
    {
        using MeterReader meter = new("seckill.push.dropped");
        MailboxStore store = Store();
        await store.AppendAsync([Messages.To(_user, "brief", PushPriority.High, ttl: TimeSpan.FromMilliseconds(1))]);
        int more = 0;

        await Eventually.TrueAsync(
            async () =>
            {
                await store.AppendAsync([Messages.To(_user, $"m{more++}")]);
                return meter.Sum(("reason", "expired"), ("priority", "high")) > 0;
            },
            "counted");

        meter.Sum().ShouldBe(1);
    }

    [Fact]
    public async Task PageOfAResume_HasCopiesOfTheHighMessagesBehindItsFirstNormalOne()
    {
        MailboxStore store = Store(new MailboxOptions { PageMessages = 3 });
        await store.AppendAsync([High("h0"), Messages.To(_user, "n0"), High("brief", TimeSpan.FromMilliseconds(1)), .. Messages.Series(_user, 0, 3), High("h1"), Messages.To(_user, "n1"), High("h2")]);
        MailboxPage page = await FirstPageAsync(store);
        while (page.Entries[1].Seq == 3)
        {
            page = await FirstPageAsync(store);
        }

        page.Entries.Select(entry => (entry.Seq, entry.IsAhead)).ShouldBe([(1, false), (7, true), (9, true), (2, false), (4, false)]);
        page.Through.Seq.ShouldBe(4);
        (await store.ReadAllAsync(_user)).Select(entry => entry.Seq).ShouldBe([1, 2, 4, 5, 6, 7, 8, 9]);
    }

    [Fact]
    public async Task PageWithoutNormalMessages_HasNoCopies_WhichWouldOvertakeTheHighOnesInBetween()
    {
        MailboxStore store = Store(new MailboxOptions { PageMessages = 3 });
        await store.AppendAsync([.. Enumerable.Range(0, 10).Select(i => High($"h{i}")), Messages.To(_user, "n"), High("h10")]);

        (await FirstPageAsync(store)).Entries.Select(entry => (entry.Seq, entry.IsAhead)).ShouldBe([(1, false), (2, false), (3, false)]);
    }

    [Fact]
    public async Task AheadOfThePage_IsBoundedLikeAPage_ByCountAndBytes()
    {
        MailboxStore store = Store(new MailboxOptions { PageMessages = 3, PageBytes = 16 * 1024 });
        await store.AppendAsync([Messages.To(_user, "n"), .. Enumerable.Range(0, 5).Select(i => High($"h{i}"))]);
        int byCount = (await FirstPageAsync(store)).Entries.Count(entry => entry.IsAhead);
        MailboxStore other = Store(new MailboxOptions { PageMessages = 10, PageBytes = 16 * 1024 });
        await other.AppendAsync([.. Enumerable.Range(0, 5).Select(i => Messages.To(_user, $"large{i}", PushPriority.High, payloadBytes: 7_000))]);

        byCount.ShouldBe(3);
        (await FirstPageAsync(other)).Entries.Where(entry => entry.IsAhead).Select(entry => entry.Seq).ShouldBe(new long[] { 2, 3, 4, 5, 6, 7, 8 }, "the oldest ones, two large ones among them");
    }

    private MailboxMessage High(string id, TimeSpan? ttl = null) => Messages.To(_user, id, PushPriority.High, ttl: ttl);

    private Task<MailboxPage> FirstPageAsync(MailboxStore store) => store.ReadForResumeAsync(new UserId(_user), MailboxPosition.Start, default);

    private MailboxStore Store(MailboxOptions? options = null) =>
        new(_connection, Options.Create(options ?? new MailboxOptions()), TimeProvider.System);
}
