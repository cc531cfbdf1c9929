using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Seckill.Core.Admission;
using Seckill.Core.Grab;
using Seckill.Core.GrabTokens;
using Seckill.Core.Identity;
using Seckill.Core.Ids;
using Seckill.Core.Locking;
using Seckill.Core.Messaging;
using Seckill.Core.Outbox;
using Seckill.Core.Push;
using Seckill.Core.Push.Messages;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Recovery;
using Seckill.Core.Stock.Segments;
using Seckill.Core.Tests.Scripts;
using Seckill.Core.WaitingRooms;
using Seckill.Integration.Grab;
using Seckill.Integration.Locking;
using Seckill.Integration.Push;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Scripts;

/// <summary>
/// Goal: what the engine sends to each script is what the script's header names, one by one and in that order. Method: the real callers on a real server, heard with
/// <c>MONITOR</c>, so nothing between the caller and the wire is taken on trust. <c>LuaHeaderTests</c> holds the same headers against the scripts' text.
/// </summary>
public sealed class ScriptCallTests
{
    private const string AnyNumber = "any number";
    private const string AnyText = "any text";

    private static readonly StockBucket Bucket = new(new SaleId(77), new SkuId("sku"), 1);
    private static readonly UserId Alice = new("alice");

    [Fact]
    public async Task Stock_SendsWhatTheHeadersName()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        using RedisMonitor monitor = await RedisMonitor.StartAsync(node.Redis.Port);

        await node.Stock.WarmAsync(Bucket, units: 5, limit: 2, epoch: 3, mayCreate: true);
        await ExpectAsync(monitor, "warm.lua", ("units", "5"), ("limit", "2"), ("epoch", "3"), ("mayCreate", "1"));

        StockGrab[] grabs = [new(Alice, new OrderId(41)), new(new UserId("bob"), new OrderId(long.MaxValue))];
        await node.Stock.GrabAsync(Bucket, grabs, expectedEpoch: 3, minVersion: 1);
        await ExpectAsync(
            monitor, "grab.lua", ("nowMs", AnyNumber), ("minVersion", "1"), ("expectedEpoch", "3"), ("maxOutboxLength", "20000"), ("ask", "0"), ("passFence", "0"),
            ("traces", ""), ("userId", "alice"), ("userId", "bob"), ("orderId", "41"), ("orderId", "9223372036854775807"));

        await node.Stock.ClaimAsync(Bucket, new[] { grabs[0] }, passFence: 9);
        await ExpectAsync(
            monitor, "grab.lua", ("nowMs", AnyNumber), ("minVersion", "0"), ("expectedEpoch", "0"), ("maxOutboxLength", "20000"), ("ask", "2"), ("passFence", "9"), ("traces", ""),
            ("userId", "alice"), ("orderId", "41"));

        (await node.Stock.ReleaseAsync(Bucket, Alice, new OrderId(41))).ShouldBe(ReleaseStatus.Released);
        await ExpectAsync(
            monitor, "release.lua", ("userId", "alice"), ("orderId", "41"), ("bucket", "77:sku:1"), ("channel", StockKeys.ReturnedChannel),
            ("nowMs", AnyNumber), ("keepMs", "600000"), ("keepCount", "100000"));

        await node.Stock.LookAsync(Bucket);
        await ExpectAsync(monitor, "look.lua");
    }

    [Fact]
    public async Task Transfers_SendWhatTheHeadersName()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        StockSegments segments = new(new SaleId(79), new SkuId("sku"), 3);
        foreach (StockBucket part in segments.Everything)
        {
            await node.Stock.WarmAsync(part, part.IsPool ? 12 : 0, limit: 1, epoch: 3, mayCreate: true);
        }

        using RedisMonitor monitor = await RedisMonitor.StartAsync(node.Redis.Port);
        SegmentStore store = node.Get<SegmentStore>();

        TransferReply reply = await store.OpenAsync(segments, bucket: 2, gather: false, epoch: 3);
        await ExpectAsync(monitor, "transfer-open.lua", ("bucket", "2"), ("expectedEpoch", "3"), ("buckets", "3"), ("gather", "0"), ("seenEpoch", "0"), ("minVersion", "0"));

        await store.ApplyAsync(segments, reply.Transfer);
        await ExpectAsync(monitor, "transfer-apply.lua", ("expectedEpoch", "3"), ("serial", "1"), ("units", "2"), ("seenEpoch", "0"), ("minVersion", "0"));

        await store.SettleAsync(segments, reply.Transfer, moved: 2);
        await ExpectAsync(monitor, "transfer-settle.lua", ("bucket", "2"), ("expectedEpoch", "3"), ("serial", "1"), ("moved", "2"));

        await store.LookAsync(segments);
        await ExpectAsync(monitor, "segment-look.lua");
    }

    [Fact]
    public async Task Recovery_SendsWhatTheHeadersName()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        using RedisMonitor monitor = await RedisMonitor.StartAsync(node.Redis.Port);
        BucketRebuild rebuild = new(node.Get<RedisConnection>(), TimeProvider.System);

        (await rebuild.FenceAsync(Bucket, fence: 4)).Status.ShouldBe(FenceStatus.Fenced);
        await ExpectAsync(monitor, "fence.lua", ("fence", "4"), ("nowMs", AnyNumber));

        await rebuild.LoadAsync(Bucket, new Dictionary<string, string> { ["alice"] = "0=41" });
        (await rebuild.SwapAsync(Bucket, fence: 4, units: 9, limit: 2, users: 1, held: 3)).ShouldBe(SwapStatus.Swapped);
        await ExpectAsync(monitor, "swap.lua", ("fence", "4"), ("units", "9"), ("limit", "2"), ("users", "1"), ("held", "3"));

        (await rebuild.OpenAsync(Bucket, fence: 4)).ShouldBe(OpenStatus.Opened);
        await ExpectAsync(monitor, "open.lua", ("fence", "4"), ("bucket", "77:sku:1"), ("channel", StockKeys.ReturnedChannel));
    }

    [Fact]
    public async Task SalesAndOutbox_SendWhatTheHeadersName()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        Sale sale = await node.OpenSaleAsync(5) with { Version = 6 };
        using RedisMonitor monitor = await RedisMonitor.StartAsync(node.Redis.Port);

        await node.Get<SalePublisher>().PublishAsync(sale);
        await ExpectAsync(
            monitor, "publish-sale.lua", ("saleId", sale.Id.ToString()), ("json", AnyText), ("saleVersion", "6"), ("nowMs", AnyNumber),
            ("maxSales", SaleCatalog.MaxSales.ToString(CultureInfo.InvariantCulture)), ("channel", SaleKeys.ChangedChannel));

        await node.Get<SalePublisher>().PublishEligibleAsync(sale, [Alice]);
        await ExpectAsync(
            monitor, "raise-list.lua", ("mark", SaleKeys.EligibleWritten), ("nowMs", AnyNumber), ("endsMs", AnyNumber), ("channel", SaleKeys.EligibleChannel), ("saleId", sale.Id.ToString()));

        OutboxStream stream = new(node.Get<RedisConnection>(), sale.BucketOf(sale.Items[0]), "consumer-7");
        await stream.ReadAsync(1);
        await stream.LeaveAsync();
        await ExpectAsync(monitor, "relay-leave.lua", ("group", OutboxStream.Group), ("leaving", "consumer-7"));
    }

    [Fact]
    public async Task Mailboxes_SendWhatTheHeadersName()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        using RedisMonitor monitor = await RedisMonitor.StartAsync(node.Redis.Port);
        MailboxStore mailboxes = node.Get<MailboxStore>();
        MailboxOptions options = new();

        IReadOnlyList<MailboxAppendResult> appended = await mailboxes.AppendAsync(
        [
            new MailboxMessage(Alice, "first", PushTypes.OrderCreated, PushPriority.High, TimeSpan.FromMinutes(1), "{}"u8.ToArray()),
            new MailboxMessage(Alice, "second", PushTypes.OrderCreated, PushPriority.Normal, TimeSpan.FromMinutes(2), "{}"u8.ToArray()),
        ]);
        await ExpectAsync(
            monitor, "mailbox-append.lua", ("freshEpoch", AnyText), ("channelPrefix", BackplaneChannels.Push.NodePrefix),
            ("maxMessages", Text(options.MaxMessages)), ("maxBytes", Text(options.MaxBytes)), ("retentionMs", Text(options.Retention.TotalMilliseconds)),
            ("idWindowMs", Text(options.IdempotencyWindow.TotalMilliseconds)), ("maxIds", Text(options.MaxIds)), ("maxSpan", Text(16 * options.MaxMessages)),
            ("maxNormals", "300"), ("maxNormalBytes", Text(192 * 1024)), ("prune", "1"),
            ("userId", "alice"), ("id", "first"), ("priority", "1"), ("ttlMs", "60000"), ("body", AnyText),
            ("userId", "alice"), ("id", "second"), ("priority", "0"), ("ttlMs", "120000"), ("body", AnyText));

        (await mailboxes.ReadAsync(Alice, new MailboxPosition(appended[0].Position.Epoch, 1))).Entries.ShouldHaveSingleItem();
        await ExpectAsync(
            monitor, "mailbox-read.lua", ("askedEpoch", appended[0].Position.Epoch), ("lastSeq", "1"), ("maxMessages", Text(options.PageMessages)), ("maxBytes", Text(options.PageBytes)),
            ("device", ""), ("maxAhead", "0"));

        (await mailboxes.ReadForResumeAsync(Alice, default, new DeviceId("phone"))).Entries.Count.ShouldBe(2);
        await ExpectAsync(
            monitor, "mailbox-read.lua", ("askedEpoch", ""), ("lastSeq", "0"), ("maxMessages", Text(options.PageMessages)), ("maxBytes", Text(options.PageBytes)),
            ("device", "phone"), ("maxAhead", Text(options.PageMessages)));

        (await mailboxes.TakeLeaseAsync(Alice, "node-1", TimeSpan.FromSeconds(9), new NodeSessions(0, []))).Seq.ShouldBe(2);
        await ExpectAsync(monitor, "mailbox-visit.lua", ("node", "node-1"), ("leaseMs", "9000"), ("text", """{"connections":0,"sessions":[]}"""));

        (await mailboxes.LookAsync([Alice, new UserId("bob")], "node-2")).Select(visit => visit!.Value.IsLeased).ShouldBe([false, false]);
        await ExpectAsync(monitor, "mailbox-look.lua", ("node", "node-2"));

        PresenceStore presence = node.Get<PresenceStore>();
        await presence.TellAsync("node-1", TimeSpan.FromSeconds(9), new NodeFigures(1, 1, false, DateTimeOffset.UnixEpoch));
        await ExpectAsync(monitor, "presence-write.lua", ("node", "node-1"), ("leaseMs", "9000"), ("text", AnyText));

        (await presence.NodesAsync()).ShouldHaveSingleItem().Node.ShouldBe("node-1");
        await ExpectAsync(monitor, "presence-read.lua");

        (await mailboxes.AckAsync(Alice, appended[1].Position, new DeviceId("phone"))).ShouldBe(MailboxAck.Raised);
        await ExpectAsync(
            monitor, "mailbox-ack.lua", ("epoch", appended[1].Position.Epoch), ("seq", "2"), ("device", "phone"), ("maxDevices", Text(options.MaxDevices)), ("maxTimes", Text(MailboxStore.MaxTimes)));

        MailboxConfirmation[] times = [new(1, DateTimeOffset.FromUnixTimeMilliseconds(10), DateTimeOffset.FromUnixTimeMilliseconds(11)), new(2, DateTimeOffset.FromUnixTimeMilliseconds(20), DateTimeOffset.FromUnixTimeMilliseconds(22))];
        (await mailboxes.AckAsync(Alice, appended[1].Position, new DeviceId("desktop"), times)).ShouldBe(MailboxAck.Raised);
        await ExpectAsync(
            monitor, "mailbox-ack.lua", ("epoch", appended[1].Position.Epoch), ("seq", "2"), ("device", "desktop"), ("maxDevices", Text(options.MaxDevices)), ("maxTimes", Text(MailboxStore.MaxTimes)),
            ("ackedSeq", "1"), ("deliveredMs", "10"), ("ackedMs", "11"), ("ackedSeq", "2"), ("deliveredMs", "20"), ("ackedMs", "22"));
    }

    [Fact]
    public async Task LiveMessages_SendWhatTheHeaderNames()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        using RedisMonitor monitor = await RedisMonitor.StartAsync(node.Redis.Port);
        LivePublisher publisher = new(node.Get<RedisConnection>(), Options.Create(new PushMessageOptions()), TimeProvider.System);
        KafkaRecord record = QueuedPushCodec.Encode(PushBench.Notice("one", PushReceiver.All));

        await publisher.HandleAsync(
            [new() { Message = new() { Key = record.Key, Value = record.Value, Headers = MessageHeaders.Of(record.Headers) } }], TestContext.Current.CancellationToken);

        await ExpectAsync(monitor, "push-publish.lua", ("channel", (string)BackplaneChannels.Push.All!), ("message", AnyText), ("rememberMs", "86400000"));
    }

    [Fact]
    public async Task Locks_SendWhatTheHeadersName()
    {
        await using LockCluster cluster = await LockCluster.StartAsync(1);
        using RedisMonitor monitor = await RedisMonitor.StartAsync(cluster.Servers[0].Port);

        HeldLock held = (await cluster.Node().TryAcquireAsync("job")).ShouldNotBeNull();
        string token = Text(held.Token.Value);
        await ExpectAsync(monitor, "lock-acquire.lua", ("ownerValue", AnyText), ("lockMs", "2000"));
        await ExpectAsync(monitor, "lock-extend.lua", ("ownerValue", AnyText), ("lockMs", "2000"), ("fencingToken", token), ("first", "1"));
        await ExpectAsync(monitor, "lock-extend.lua", ("ownerValue", AnyText), ("lockMs", "2000"), ("fencingToken", token), ("first", "0"));
        await held.DisposeAsync();
        await ExpectAsync(monitor, "lock-release.lua", ("ownerValue", AnyText));
    }

    [Fact]
    public async Task GrabTokenClaims_SendWhatTheHeadersName()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        using RedisMonitor monitor = await RedisMonitor.StartAsync(node.Redis.Port);
        GrabTokenClaims claims = node.Get<GrabTokenClaims>();
        GrabTokenUse use = new(new GrabNonce(1, 2), TimeSpan.FromMinutes(2));

        (await claims.TakeAsync(use, new OrderId(41))).ShouldBeNull();
        await ExpectAsync(monitor, "grab-token-claim.lua", ("claimant", "41"), ("leaseMs", "11000"));

        await claims.SettleAsync(use, new OrderId(41), new GrabResult(GrabOutcome.AlreadyGrabbed, new OrderId(40)));
        await ExpectAsync(monitor, "grab-token-settle.lua", ("claimant", "41"), ("orderId", "40"), ("usedMs", "120000"));
    }

    [Fact]
    public async Task Revocations_SendWhatTheHeaderNames()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        using RedisMonitor monitor = await RedisMonitor.StartAsync(node.Redis.Port);
        RevocationStore store = new(node.Get<RedisConnection>(), TimeProvider.System);

        await store.WriteAsync(new Revocation(Alice, "an-id", 0, 4_000_000_000));
        await ExpectAsync(
            monitor, "revoke.lua", ("entry", "alice an-id 0 4000000000"), ("expiresAt", "4000000000"), ("nowMs", AnyNumber), ("maxEntries", Text(RevocationStore.MaxEntries)),
            ("channel", RevocationKeys.Channel));
    }

    [Fact]
    public async Task WaitingRooms_SendWhatTheHeadersName()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        using RedisMonitor monitor = await RedisMonitor.StartAsync(node.Redis.Port);
        RoomStore rooms = node.Get<RoomStore>();
        RoomTicket ticket = new(new SaleId(77), Alice, 5, 6);

        await rooms.VisitAsync(ticket.Sale, new SaleWaitingRoom(30, 70), RoomAsk.Look, Alice, ticket);
        await ExpectAsync(
            monitor, "room-visit.lua", ("ask", "1"), ("userId", "alice"), ("ticketEpoch", "5"), ("ticketPlace", "6"), ("admitPerSecond", "30"), ("maxWaiting", "70"), ("silenceMs", "20000"),
            ("admissionMs", "120000"), ("keepMs", "3600000"));

        await rooms.LeaveAsync(ticket, pageClosed: true);
        await ExpectAsync(monitor, "room-leave.lua", ("userId", "alice"), ("ticketEpoch", "5"), ("ticketPlace", "6"), ("graceMs", "6000"));
    }

    [Fact]
    public async Task WorkerIds_SendWhatTheHeaderNames()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        using RedisMonitor monitor = await RedisMonitor.StartAsync(node.Redis.Port);

        string known = Text(node.Get<WorkerIdLease>().Current.ShouldNotBeNull().UntilMs);
        (await node.Get<WorkerIdLease>().RenewOrTakeAsync()).ShouldBeTrue();
        await ExpectAsync(
            monitor, "worker-lease.lua", ("ownerValue", AnyText), ("leaseMs", Text(WorkerIdLease.LeaseTime.TotalMilliseconds)), ("nowMs", AnyNumber), ("untilMs", AnyNumber), ("knownMark", known));
    }

    [Fact]
    public async Task Admission_SendsWhatTheHeadersName()
    {
        await using GrabNode node = await GrabNode.StartAsync(settings: new Dictionary<string, string?>
        {
            ["Seckill:Admission:DistributedUserLimit"] = "9",
            ["Seckill:Admission:UserWindow"] = "00:00:03",
        });
        Sale sale = await node.OpenSaleAsync(5, admission: new SaleAdmission { RatePerSecond = 30, Burst = 70 });
        using RedisMonitor monitor = await RedisMonitor.StartAsync(node.Redis.Port);

        await node.GrabAsync(sale, "alice");
        await ExpectAsync(monitor, "token-bucket.lua", ("ratePerSecond", "30"), ("burst", "70"), ("wanted", AnyNumber));
        await ExpectAsync(monitor, "sliding-window.lua", ("limit", "9"), ("windowUs", "3000000"));

        await new BloomStore(node.Get<RedisConnection>()).PublishAsync(new BloomKeys("those"), new BloomFilter(5, 0.01), version: 8, sale.Window.EndsAt, "a channel", "a message");
        await ExpectAsync(
            monitor, "bloom-publish.lua", ("version", "8"), ("header", AnyText), ("chunks", "1"), ("endsMs", AnyNumber), ("channel", "a channel"), ("message", "a message"));
    }

    private static async Task ExpectAsync(RedisMonitor monitor, string script, params (string Name, string Value)[] arguments)
    {
        LuaHeader header = LuaHeader.Of(script);
        (string[] keys, string[] sent) = await monitor.NextCallAsync(Sha1(script));

        keys.Select(NameOf).ShouldBe(header.RepeatedKeys.Count > 0 ? keys.Select((_, i) => header.RepeatedKeys[i % header.RepeatedKeys.Count]) : header.Keys, script);
        sent.Length.ShouldBe(arguments.Length, script);
        arguments.Select(argument => argument.Name).ShouldBe(Names(header, sent.Length), script);
        foreach (((string name, string expected), string value) in arguments.Zip(sent))
        {
            bool same = expected switch
            {
                AnyText => value.Length > 0,
                AnyNumber => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _),
                _ => value == expected,
            };
            same.ShouldBeTrue($"{script}: {name} was '{value}', not '{expected}'.");
        }
    }

    private static IEnumerable<string> Names(LuaHeader header, int count)
    {
        int repeated = count - header.Arguments.Count;
        for (int i = 0; i < count; i++)
        {
            int at = i - header.Arguments.Count;
            yield return at < 0 ? header.Arguments[i]
                : header.Repeated.Count == 0 ? $"argument {i + 1} that the header does not name"
                : header.RepeatsByName ? header.Repeated[at * header.Repeated.Count / repeated]
                : header.Repeated[at % header.Repeated.Count];
        }
    }

    // Keys end in the word that the headers use.
    private static string NameOf(string key) => key[(key.LastIndexOf(':') + 1)..];

    private static string Text(double number) => number.ToString("F0", CultureInfo.InvariantCulture);

    [SuppressMessage("Security", "CA5350", Justification = "EVALSHA is defined over SHA-1.")]
    private static string Sha1(string script) => Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(RedisScript.Load(script).Text)));
}
