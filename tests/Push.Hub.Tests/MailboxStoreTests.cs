using System.Globalization;
using Microsoft.Extensions.Options;
using Push.Hub.Tests.Support;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>The mailbox's scripts on a real Redis.</summary>
public sealed class MailboxStoreTests(RedisFixture redis) : IDisposable
{
    private readonly RedisConnection _connection = new(redis.Server.Endpoint, "tests");
    private readonly string _user = Messages.NewUser();

    public void Dispose() => _connection.Dispose();

    [Fact]
    public async Task Append_AssignsSequenceUnderOneEpoch()
    {
        IReadOnlyList<MailboxAppendResult> results = await Store().AppendAsync(Messages.Series(_user, 0, 3));

        results.Select(result => result.Position.Seq).ShouldBe([1, 2, 3]);
        results.Select(result => result.Position.Epoch).Distinct().Count().ShouldBe(1);
        results.ShouldAllBe(result => result.Appended);
    }

    [Fact]
    public async Task AppendedAgain_AnswersTheFirstPosition_AndChangesNothing()
    {
        MailboxStore store = Store();
        MailboxAppendResult first = (await store.AppendAsync([Messages.To(_user, "a")]))[0];
        await store.AppendAsync([Messages.To(_user, "b")]);

        IReadOnlyList<MailboxAppendResult> again = await store.AppendAsync([Messages.To(_user, "a"), Messages.To(_user, "c"), Messages.To(_user, "c")]);

        again[0].ShouldBe(first with { Appended = false });
        again.Select(result => (result.Position.Seq, result.Appended)).ShouldBe([(1L, false), (3L, true), (3L, false)]);
        (await ReadAllAsync(store)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task ManyUsersInOneCall_ResultsKeepTheirPlaces()
    {
        string[] users = [.. Enumerable.Range(0, 1_000).Select(_ => Messages.NewUser())];
        MailboxMessage[] messages = [.. users.Select(user => Messages.To(user, "x")), .. users.Select(user => Messages.To(user, "y"))];

        IReadOnlyList<MailboxAppendResult> results = await Store().AppendAsync(messages);

        results.Take(1_000).ShouldAllBe(result => result.Position.Seq == 1);
        results.Skip(1_000).ShouldAllBe(result => result.Position.Seq == 2);
    }

    /// <summary>A call for each user cost the order intake three quarters of its rate.</summary>
    [Fact]
    public async Task ManyUsers_ShareCallsOnAServerThatIsNoCluster()
    {
        MailboxStore store = Store(new MailboxOptions { UsersPerCall = 64 });
        await store.AppendAsync([Messages.To(_user, "loads the script")]);
        long before = await ScriptCallsAsync();

        await store.AppendAsync([.. Enumerable.Range(0, 640).Select(_ => Messages.To(Messages.NewUser(), "x"))]);

        (await ScriptCallsAsync() - before).ShouldBe(10);
    }

    [Fact]
    public async Task OverTheCount_OldestNormalGoesFirst_HighStays()
    {
        MailboxStore store = Store(new MailboxOptions { MaxMessages = 8, MaxIds = 64 });
        await store.AppendAsync([Messages.To(_user, "high", PushPriority.High)]);
        await store.AppendAsync(Messages.Series(_user, 0, 20));

        IReadOnlyList<MailboxEntry> left = await ReadAllAsync(store);

        left.Select(entry => entry.Seq).ShouldBe([1, 16, 17, 18, 19, 20, 21]);
    }

    [Fact]
    public async Task HighMessage_StaysUntilVeryManyCameAfterIt()
    {
        MailboxStore store = Store(new MailboxOptions { MaxMessages = 8, MaxIds = 64 });
        await store.AppendAsync([Messages.To(_user, "high", PushPriority.High)]);
        await store.AppendAsync(Messages.Series(_user, 0, 100));
        long oldestBefore = (await ReadAllAsync(store))[0].Seq;
        await store.AppendAsync(Messages.Series(_user, 100, 100));

        IReadOnlyList<MailboxEntry> left = await ReadAllAsync(store);

        oldestBefore.ShouldBe(1);
        left.Select(entry => entry.Seq).ShouldBe([196, 197, 198, 199, 200, 201]);
    }

    [Fact]
    public async Task MoreMessagesForOneUserThanACallTakes_KeepTheirOrder()
    {
        MailboxStore store = Store(new MailboxOptions { MaxMessages = 1_000, MaxBytes = 16 * 1024 * 1024 });

        IReadOnlyList<MailboxAppendResult> results = await store.AppendAsync(Messages.Series(_user, 0, 600));

        results.Select(result => result.Position.Seq).ShouldBe(Enumerable.Range(1, 600).Select(seq => (long)seq));
        (await ReadAllAsync(store)).Count.ShouldBe(600);
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

        IReadOnlyList<MailboxEntry> left = await ReadAllAsync(store);

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
        IReadOnlyList<MailboxEntry> whole = await ReadAllAsync(store);
        await store.AppendAsync([High("h2")]);

        whole.Select(entry => entry.Seq).ShouldBe([3, 4, 5, 6, 7, 8, 9, 10]);
        (await ReadAllAsync(store)).Select(entry => entry.Seq).ShouldBe([4, 5, 6, 7, 8, 9, 10, 11]);
    }

    [Fact]
    public async Task HighMessages_MayTakeAll_AndNoNormalOneTakesTheirRoom()
    {
        MailboxStore store = Store(new MailboxOptions { MaxMessages = 8, MaxIds = 64 });
        await store.AppendAsync([Messages.To(_user, "n0"), .. Enumerable.Range(0, 10).Select(i => High($"h{i}"))]);

        IReadOnlyList<MailboxAppendResult> later = await store.AppendAsync(Messages.Series(_user, 1, 5));

        later.ShouldAllBe(result => result.Appended);
        (await ReadAllAsync(store)).Select(entry => entry.Seq).ShouldBe([4, 5, 6, 7, 8, 9, 10, 11]);
    }

    [Fact]
    public async Task RoomKeptFree_IsOfBytesAsWell()
    {
        MailboxStore store = Store(new MailboxOptions { MaxBytes = 16 * 1024, HighReservePercent = 50 });
        await store.AppendAsync([.. Enumerable.Range(0, 4).Select(i => Messages.To(_user, $"m{i}", payloadBytes: 3_800))]);

        await store.AppendAsync([.. Enumerable.Range(0, 2).Select(i => Messages.To(_user, $"h{i}", PushPriority.High, payloadBytes: 3_800))]);

        (await ReadAllAsync(store)).Select(entry => entry.Seq).ShouldBe([3, 4, 5, 6]);
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

        (await ReadAllAsync(store)).Select(entry => entry.Seq).ShouldBe([7, 13, 14, 15, 16, 17, 18, 19]);
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
        (await ReadAllAsync(store)).Select(entry => entry.Seq).ShouldBe([1, 2, 4, 5, 6, 7, 8, 9]);
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

    [Fact]
    public async Task PastItsTtl_IsNotDelivered_AndTheReaderIsTold()
    {
        MailboxStore store = Store();
        MailboxPosition first = (await store.AppendAsync([Messages.To(_user, "first")]))[0].Position;
        await store.AppendAsync([Messages.To(_user, "brief", ttl: TimeSpan.FromMilliseconds(1)), Messages.To(_user, "last")]);
        MailboxPage page = await store.ReadAsync(new UserId(_user), first);
        while (page.Entries.Count > 1)
        {
            page = await store.ReadAsync(new UserId(_user), first);
        }

        page.Entries.Single().Seq.ShouldBe(3);
        page.Truncated.ShouldBeTrue();
        page.Through.Seq.ShouldBe(3);
    }

    [Fact]
    public async Task Read_PagesByCountAndBytes_WithoutMissingOrRepeating()
    {
        MailboxStore store = Store(new MailboxOptions { PageMessages = 7 });
        await store.AppendAsync([.. Enumerable.Range(0, 100).Select(i => Messages.To(_user, $"m{i}", (PushPriority)(i % 2)))]);

        IReadOnlyList<MailboxEntry> all = await ReadAllAsync(store);

        all.Select(entry => entry.Seq).ShouldBe(Enumerable.Range(1, 100).Select(seq => (long)seq));
    }

    [Fact]
    public async Task PositionOfAnotherLifeOrAheadOfTheHead_ReadsFromTheStart_AndIsTold()
    {
        MailboxStore store = Store();
        MailboxPosition head = (await store.AppendAsync(Messages.Series(_user, 0, 3)))[2].Position;

        MailboxPage other = await store.ReadAsync(new UserId(_user), new MailboxPosition("forged", 2));
        MailboxPage ahead = await store.ReadAsync(new UserId(_user), head with { Seq = 9 });

        other.EpochChanged.ShouldBeTrue();
        other.Entries.Count.ShouldBe(3);
        ahead.EpochChanged.ShouldBeTrue();
        ahead.Entries.Count.ShouldBe(3);
    }

    [Fact]
    public async Task LostMailbox_BeginsANewLife()
    {
        MailboxStore store = Store();
        MailboxPosition before = (await store.AppendAsync([Messages.To(_user, "a")]))[0].Position;
        await RedisAdmin.DeleteMailboxAsync(redis, _user);

        MailboxAppendResult after = (await store.AppendAsync([Messages.To(_user, "a")]))[0];

        after.Appended.ShouldBeTrue();
        after.Position.Epoch.ShouldNotBe(before.Epoch);
        after.Position.Seq.ShouldBe(1);
    }

    [Fact]
    public async Task Ack_RisesOnly_AndRefusesWhatWasNeverSent()
    {
        MailboxStore store = Store();
        UserId user = new(_user);
        MailboxPosition head = (await store.AppendAsync(Messages.Series(_user, 0, 5)))[4].Position;

        (await store.AckAsync(user, head with { Seq = 3 })).ShouldBe(MailboxAck.Raised);
        (await store.AckAsync(user, head with { Seq = 3 })).ShouldBe(MailboxAck.AlreadyAcked);
        (await store.AckAsync(user, head with { Seq = 2 })).ShouldBe(MailboxAck.AlreadyAcked);
        (await store.AckAsync(user, head with { Seq = 6 })).ShouldBe(MailboxAck.AheadOfHead);
        (await store.AckAsync(user, new MailboxPosition("forged", 1))).ShouldBe(MailboxAck.OtherEpoch);
        (await store.AckAsync(user, head)).ShouldBe(MailboxAck.Raised);
    }

    [Fact]
    public async Task Acks_AreKeptByDevice_AndTheUsersIsTheHighest()
    {
        MailboxStore store = Store();
        UserId user = new(_user);
        DeviceId phone = new("phone"), desktop = new("desktop");
        MailboxPosition head = (await store.AppendAsync(Messages.Series(_user, 0, 5)))[4].Position;

        (await store.AckAsync(user, head with { Seq = 4 }, phone)).ShouldBe(MailboxAck.Raised);
        (await store.AckAsync(user, head with { Seq = 2 }, desktop)).ShouldBe(MailboxAck.Raised);
        (await store.AckAsync(user, head with { Seq = 2 }, desktop)).ShouldBe(MailboxAck.AlreadyAcked);
        (await store.AckAsync(user, head with { Seq = 6 }, desktop)).ShouldBe(MailboxAck.AheadOfHead);
        (await store.AckAsync(user, head with { Seq = 4 })).ShouldBe(MailboxAck.AlreadyAcked);

        (await SeqsAfterAckOfAsync(store, phone)).ShouldBe([5]);
        (await SeqsAfterAckOfAsync(store, desktop)).ShouldBe([3, 4, 5]);
        (await SeqsAfterAckOfAsync(store, new DeviceId("tablet"))).ShouldBe([1, 2, 3, 4, 5]);
        (await SeqsAfterAckOfAsync(store, default)).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task TooManyDevices_TheOneThatConfirmedLongestAgo_IsForgotten()
    {
        MailboxStore store = Store(new MailboxOptions { MaxDevices = 2 });
        UserId user = new(_user);
        MailboxPosition head = (await store.AppendAsync(Messages.Series(_user, 0, 5)))[4].Position;
        DeviceId[] devices = [new("a"), new("b"), new("c")];
        await store.AckAsync(user, head with { Seq = 1 }, devices[0]);
        await store.AckAsync(user, head with { Seq = 2 }, devices[1]);
        await store.AckAsync(user, head with { Seq = 3 }, devices[0]);

        await store.AckAsync(user, head with { Seq = 4 }, devices[2]);

        (await SeqsAfterAckOfAsync(store, devices[0])).ShouldBe([4, 5]);
        (await SeqsAfterAckOfAsync(store, devices[1])).ShouldBe([1, 2, 3, 4, 5]);
        (await SeqsAfterAckOfAsync(store, devices[2])).ShouldBe([5]);
    }

    [Fact]
    public async Task ScriptsForgottenByTheServer_AppendLoadsThemAgain()
    {
        MailboxStore store = Store();
        await store.AppendAsync([Messages.To(_user, "a")]);
        await _connection.RunAsync(db => db.ExecuteAsync("SCRIPT", "FLUSH"));

        (await store.AppendAsync([Messages.To(_user, "b")]))[0].Position.Seq.ShouldBe(2);
    }

    [Theory]
    [InlineData("", "{}")]
    [InlineData("näme", "{}")]
    [InlineData("id", "")]
    [InlineData("id", "{")]
    [InlineData("id", "{} {}")]
    public async Task InvalidMessage_IsRefused_AndNothingIsWritten(string id, string payload)
    {
        MailboxStore store = Store();
        MailboxMessage bad = new(
            new UserId(_user), id, PushTypes.OrderCreated, PushPriority.Normal, TimeSpan.FromHours(1), System.Text.Encoding.UTF8.GetBytes(payload));

        await Should.ThrowAsync<ArgumentException>(() => store.AppendAsync([Messages.To(_user, "good"), bad]));

        (await ReadAllAsync(store)).ShouldBeEmpty();
    }

    private MailboxMessage High(string id, TimeSpan? ttl = null) => Messages.To(_user, id, PushPriority.High, ttl: ttl);

    private Task<MailboxPage> FirstPageAsync(MailboxStore store) => store.ReadForResumeAsync(new UserId(_user), MailboxPosition.Start, default);

    private async Task<IEnumerable<long>> SeqsAfterAckOfAsync(MailboxStore store, DeviceId device) =>
        (await store.ReadForResumeAsync(new UserId(_user), MailboxPosition.Start, device)).Entries.Select(entry => entry.Seq);

    private async Task<long> ScriptCallsAsync()
    {
        string statistics = (string)(await _connection.Database.ExecuteAsync("INFO", "commandstats"))!;
        string line = statistics.Split('\n').Single(one => one.StartsWith("cmdstat_evalsha:calls=", StringComparison.Ordinal));
        return long.Parse(line.Split('=', ',')[1], CultureInfo.InvariantCulture);
    }

    private MailboxStore Store(MailboxOptions? options = null) =>
        new(_connection, Options.Create(options ?? new MailboxOptions()), TimeProvider.System);

    private async Task<IReadOnlyList<MailboxEntry>> ReadAllAsync(MailboxStore store)
    {
        List<MailboxEntry> entries = [];
        MailboxPosition position = MailboxPosition.Start;
        MailboxPage page;
        do
        {
            page = await store.ReadAsync(new UserId(_user), position);
            entries.AddRange(page.Entries);
            position = page.Through;
        }
        while (page.Through != page.Head);
        return entries;
    }
}
