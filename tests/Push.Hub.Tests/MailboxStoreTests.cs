using System.Globalization;
using Microsoft.Extensions.Options;
using Push.Hub.Tests.Support;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>The mailbox's scripts on a real Redis: what is written, read and confirmed. What a mailbox keeps: <see cref="MailboxBoundsTests"/>.</summary>
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
        (await store.ReadAllAsync(_user)).Count.ShouldBe(3);
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
    public async Task MoreMessagesForOneUserThanACallTakes_KeepTheirOrder()
    {
        MailboxStore store = Store(new MailboxOptions { MaxMessages = 1_000, MaxBytes = 16 * 1024 * 1024 });

        IReadOnlyList<MailboxAppendResult> results = await store.AppendAsync(Messages.Series(_user, 0, 600));

        results.Select(result => result.Position.Seq).ShouldBe(Enumerable.Range(1, 600).Select(seq => (long)seq));
        (await store.ReadAllAsync(_user)).Count.ShouldBe(600);
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

        IReadOnlyList<MailboxEntry> all = await store.ReadAllAsync(_user);

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
    public async Task WhenAMessageWasConfirmed_IsKnownOfTheLastFew_OfAnyDevice()
    {
        MailboxStore store = Store();
        UserId user = new(_user);
        MailboxMessage[] messages = [.. Messages.Series(_user, 0, 12)];
        MailboxPosition head = (await store.AppendAsync(messages))[^1].Position;
        (await store.TrackAsync(user, messages[0].Id)).ShouldNotBeNull().AckedAt.ShouldBeNull();

        for (int seq = 1; seq <= 10; seq++)
        {
            (await store.AckAsync(user, head with { Seq = seq }, new DeviceId(seq % 2 == 0 ? "even" : "odd"), [TimesOf(seq)])).ShouldBe(MailboxAck.Raised);
        }

        (await store.AckAsync(user, head with { Seq = 10 }, new DeviceId("even"), [TimesOf(99)])).ShouldBe(MailboxAck.AlreadyAcked);
        (await store.TrackAsync(user, messages[9].Id)).ShouldNotBeNull().ShouldSatisfyAllConditions(
            track => track.AppendedAt.ShouldNotBeNull(), track => track.DeliveredAt.ShouldBe(TimesOf(10).DeliveredAt), track => track.AckedAt.ShouldBe(TimesOf(10).AckedAt));
        (await store.TrackAsync(user, messages[2].Id)).ShouldNotBeNull().AckedAt.ShouldBe(TimesOf(3).AckedAt);
        (await store.TrackAsync(user, messages[1].Id)).ShouldNotBeNull().AckedAt.ShouldBeNull();
        (await store.TrackAsync(user, messages[10].Id)).ShouldNotBeNull().AckedAt.ShouldBeNull();
        (await store.TrackAsync(user, "no such message")).ShouldBeNull();

        static MailboxConfirmation TimesOf(int seq) => new(seq, DateTimeOffset.FromUnixTimeMilliseconds(1_000 * seq), DateTimeOffset.FromUnixTimeMilliseconds((1_000 * seq) + 5));
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

        (await store.ReadAllAsync(_user)).ShouldBeEmpty();
    }

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
}
