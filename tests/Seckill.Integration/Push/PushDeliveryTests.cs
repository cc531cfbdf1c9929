using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Push;
using Seckill.Core.Push.Messages;
using Seckill.Integration.Grab;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Push;

/// <summary>From Kafka to mailboxes and nodes, and what happens when something breaks on the way. The windows are those of <c>docs/messaging.md</c>.</summary>
public sealed class PushDeliveryTests
{
    private static readonly PushReceiver Watchers = PushReceiver.Of(new SaleId(77));

    [Fact]
    public async Task MessagesOfManyReceivers_EachGetsTheirs_InOrder()
    {
        await using PushBench bench = await PushBench.StartAsync(("Seckill:PushMessages:MaxBatch", "7"));
        await bench.SendAsync(Enumerable.Range(0, 60).Select(i => PushBench.Notice($"{i}", PushBench.To($"user-{i % 4}"))));

        await bench.StartWorkerAsync();

        for (int user = 0; user < 4; user++)
        {
            string[] expected = [.. Enumerable.Range(0, 60).Where(i => i % 4 == user).Select(i => $"op:{i}")];
            await Eventually.TrueAsync(async () => (await bench.IdsAsync($"user-{user}")).Count == expected.Length);
            (await bench.IdsAsync($"user-{user}")).ShouldBe(expected);
        }
    }

    [Fact]
    public async Task AMessage_KeepsItsPriorityTimeToLiveAndPayload()
    {
        await using PushBench bench = await PushBench.StartAsync();
        await bench.StartWorkerAsync();

        await bench.SendAsync(PushBench.Notice("one", PushBench.To("alice"), ttl: TimeSpan.FromSeconds(600)) with { Priority = PushPriority.High });

        await Eventually.TrueAsync(async () => (await bench.IdsAsync("alice")).Count == 1);
        JsonElement envelope = (await bench.EnvelopesAsync("alice"))[0];
        envelope.GetProperty("type").GetString().ShouldBe("notice");
        envelope.GetProperty("priority").GetString().ShouldBe("high");
        // Less what it has waited in Kafka.
        envelope.GetProperty("ttl").GetInt32().ShouldBeInRange(560, 600);
        envelope.GetProperty("payload").GetProperty("title").GetString().ShouldBe("Hello");
    }

    /// <summary>Goal: a Worker that dies with messages appended and offsets not stored does no harm. Method: it is held at exactly that line and ended there; another takes over.</summary>
    [Fact]
    public async Task WorkerEndsBetweenAppendAndCommit_TheNextOneRepeats_AndNothingComesTwice()
    {
        await using PushBench bench = await PushBench.StartAsync();
        IHost first = await bench.StartWorkerAsync();
        FaultPoints faults = first.Services.GetRequiredService<FaultPoints>();
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        faults.Arm(FaultPoint.AfterAppendBeforeOffsets, () => held.Task);
        await bench.SendAsync(Enumerable.Range(0, 20).Select(i => PushBench.Notice($"{i}", PushBench.To("alice"))));
        await Eventually.TrueAsync(async () => faults.Fired(FaultPoint.AfterAppendBeforeOffsets) > 0 && (await bench.IdsAsync("alice")).Count > 0);
        IReadOnlyList<string> before = await bench.IdsAsync("alice");
        Task stopping = bench.StopAsync(first);
        held.SetException(new OperationCanceledException("It is dead."));
        await stopping;
        bench.Lag("seckill.push").ShouldBe(20);

        await bench.StartWorkerAsync();

        await Eventually.TrueAsync(() => bench.Lag("seckill.push") == 0);
        IReadOnlyList<JsonElement> after = await bench.EnvelopesAsync("alice");
        after.Select(one => one.GetProperty("id").GetString()).ShouldBe(Enumerable.Range(0, 20).Select(i => $"op:{i}"));
        after.Take(before.Count).Select(one => one.GetProperty("id").GetString()).ShouldBe(before);
        (await bench.Mailboxes.ReadAsync(new UserId("alice"), MailboxPosition.Start)).Head.Seq.ShouldBe(20, "a repetition takes no number");
    }

    /// <summary>Goal: what Kafka brings again when the mailbox has forgotten its id is not shown again. Method: the same records once more, past their time, to a mailbox that remembers nothing.</summary>
    [Fact]
    public async Task RedeliveredAfterTheIdIsForgotten_ItHasExpired_AndIsNotShownAgain()
    {
        await using PushBench bench = await PushBench.StartAsync();
        await bench.StartWorkerAsync();
        QueuedPush old = PushBench.Notice("old", PushBench.To("alice"), TimeProvider.System.GetUtcNow() - QueuedPush.MaxTtl, QueuedPush.MaxTtl);
        await bench.RedisClient.RunAsync(db => db.KeyDeleteAsync(new MailboxKeys(new UserId("alice")).Mailbox));

        await bench.SendAsync(old, PushBench.Notice("young", PushBench.To("alice")));

        await Eventually.TrueAsync(() => bench.Lag("seckill.push") == 0);
        (await bench.IdsAsync("alice")).ShouldBe(["op:young"]);
        new MailboxOptions().IdempotencyWindow.ShouldBeGreaterThan(QueuedPush.MaxTtl);
    }

    [Fact]
    public async Task RedisAway_NothingIsFinishedAndNothingIsLost_TheRestWaitsInKafka()
    {
        await using PushBench bench = await PushBench.StartAsync(("Seckill:PushMessages:MaxBatch", "10"));
        await bench.StartWorkerAsync();
        await bench.SendAsync(PushBench.Notice("before", PushBench.To("alice")));
        await Eventually.TrueAsync(async () => (await bench.IdsAsync("alice")).Count == 1 && bench.Lag("seckill.push") == 0);

        await bench.Redis.KillAsync();
        await bench.SendAsync(Enumerable.Range(0, 50).Select(i => PushBench.Notice($"{i}", PushBench.To("alice"))));
        await Eventually.TrueAsync(() => bench.Lag("seckill.push") == 50);
        await bench.Redis.StartAsync(TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(() => bench.Lag("seckill.push") == 0);
        (await bench.IdsAsync("alice")).ShouldBe(Enumerable.Range(0, 50).Select(i => $"op:{i}"));
    }

    /// <summary>Goal: one message that can never be delivered holds nobody up. Method: a receiver whose mailbox is of another type, and values that are no pushes, on all partitions between good ones.</summary>
    [Fact]
    public async Task PoisonedMessages_ArePutAside_AndDoNotHoldTheirPartition()
    {
        await using PushBench bench = await PushBench.StartAsync();
        await bench.RedisClient.RunAsync(db => db.StringSetAsync(new MailboxKeys(new UserId("victim")).Mailbox, "no mailbox"));
        KafkaRecord forged = QueuedPushCodec.Encode(PushBench.Notice("forged", PushBench.To("user-1")));
        forged = forged with { Value = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(forged.Value).Replace("\"notice\"", "\"order.paid\"", StringComparison.Ordinal)) };
        KafkaRecord[] records =
        [
            .. Enumerable.Range(0, 30).Select(i => QueuedPushCodec.Encode(PushBench.Notice($"a{i}", PushBench.To($"user-{i}")))),
            QueuedPushCodec.Encode(PushBench.Notice("p1", PushBench.To("victim"))), forged, forged with { Value = [0x7b] }, forged with { Headers = [] },
            QueuedPushCodec.Encode(PushBench.Notice("p2", PushBench.To("victim"))),
            .. Enumerable.Range(0, 30).Select(i => QueuedPushCodec.Encode(PushBench.Notice($"b{i}", PushBench.To($"user-{i}")))),
        ];
        await bench.Producer.ProduceAsync(records, TestContext.Current.CancellationToken);

        await bench.StartWorkerAsync();

        for (int i = 0; i < 30; i++)
        {
            await Eventually.TrueAsync(async () => (await bench.IdsAsync($"user-{i}")).Count == 2);
            (await bench.IdsAsync($"user-{i}")).ShouldBe([$"op:a{i}", $"op:b{i}"]);
        }

        await Eventually.TrueAsync(() => bench.Lag("seckill.push") == 0 && bench.Lag("seckill.push-live") == 0);
        IReadOnlyList<Message<byte[]?, byte[]>> dead = bench.Aside(KafkaTopics.DeadLetters, 2);
        dead.Select(one => MessageHeaders.Read(one.Headers, MessageHeaders.Cause)).ShouldBe(["mailbox-refused", "mailbox-refused"]);
        dead.ShouldAllBe(one => Encoding.UTF8.GetString(one.Key!) == "victim" && MessageHeaders.Read(one.Headers, MessageHeaders.Origin)!.StartsWith("seckill.push/", StringComparison.Ordinal));
        bench.Aside(KafkaTopics.Unroutable, 3).Count.ShouldBe(3);
    }

    [Fact]
    public async Task MessagesToGroupsAndToAll_ArePublishedOnceEach_InOrder_AtTheCappedRate()
    {
        await using PushBench bench = await PushBench.StartAsync(("Seckill:PushMessages:LivePerSecond", "10"));
        await bench.ListenAsync();
        await bench.StartWorkerAsync();
        await bench.SendAsync(PushBench.Notice("first", PushReceiver.All));
        await Eventually.TrueAsync(() => bench.Live.Count == 1);
        long began = TimeProvider.System.GetTimestamp();
        QueuedPush[] toAll = [.. Enumerable.Range(0, 10).Select(i => PushBench.Notice($"all-{i}", PushReceiver.All))];
        QueuedPush late = PushBench.Notice("late", PushReceiver.All, TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(1));

        await bench.SendAsync([.. toAll, late, .. toAll, PushBench.Notice("last", PushReceiver.All)]);
        await bench.SendAsync(PushBench.Notice("group", Watchers), PushBench.Notice("group", Watchers));

        await Eventually.TrueAsync(() => bench.Lag("seckill.push-live") == 0);
        (BackplaneKind Kind, string? Group, JsonElement Envelope, long At)[] live = [.. bench.Live];
        live.Where(one => one.Kind == BackplaneKind.SendAll).Select(one => one.Envelope.GetProperty("id").GetString())
            .ShouldBe(["op:first", .. toAll.Select(one => one.Id), "op:last"]);
        live.Single(one => one.Kind == BackplaneKind.SendGroups).Group.ShouldBe("sale:77");
        live.ShouldAllBe(one => one.Envelope.GetProperty("seq").GetInt64() == 0 && one.Envelope.GetProperty("type").GetString() == "notice");
        // Twelve messages after the first, each 100 ms after the one before; timers may be a moment early.
        TimeProvider.System.GetElapsedTime(began, live.Max(one => one.At)).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(1_100));
        (await bench.IdsAsync("alice")).ShouldBeEmpty("nothing of it is stored");
    }

    [Fact]
    public async Task ManyMessagesToAll_DoNotHoldUpWhatIsSentToUsers()
    {
        await using PushBench bench = await PushBench.StartAsync(("Seckill:PushMessages:LivePerSecond", "1"));
        await bench.ListenAsync();
        // One to a user on each partition, behind the slow ones.
        await bench.SendAsync(Enumerable.Range(0, 30).Select(i => PushBench.Notice($"all-{i}", PushReceiver.All)));
        await bench.SendAsync(Enumerable.Range(0, 60).Select(i => PushBench.Notice("mine", PushBench.To($"user-{i}"))));

        await bench.StartWorkerAsync();

        await Eventually.TrueAsync(() => bench.Lag("seckill.push") == 0);
        bench.Live.Count.ShouldBeLessThan(30);
        (await bench.IdsAsync("user-59")).ShouldBe(["op:mine"]);
    }

    [Fact]
    public async Task KafkaAway_TheSenderIsToldWhatIsNotKnown_AndSendingAgainDeliversOnce()
    {
        await using PushBench bench = await PushBench.StartAsync(("Seckill:PushMessages:AcknowledgeWithin", "00:00:00.500"));
        await bench.StartWorkerAsync();
        CancellationToken stop = TestContext.Current.CancellationToken;
        QueuedPush[] batch = [.. Enumerable.Range(0, 3).Select(i => PushBench.Notice($"{i}", PushBench.To("alice")))];
        await Eventually.TrueAsync(async () => (await bench.Queue.SendAsync([PushBench.Notice("first", PushBench.To("alice"))], stop))[0]);

        foreach (int broker in Enumerable.Range(1, bench.Kafka.Brokers))
        {
            bench.Kafka.SetBrokerDown(broker);
        }

        (await bench.Queue.SendAsync(batch, stop)).ShouldAllBe(stands => !stands);
        foreach (int broker in Enumerable.Range(1, bench.Kafka.Brokers))
        {
            bench.Kafka.SetBrokerUp(broker);
        }

        await Eventually.TrueAsync(async () => (await bench.Queue.SendAsync(batch, stop)).All(one => one));
        await Eventually.TrueAsync(async () => (await bench.IdsAsync("alice")).Count == 4 && bench.Lag("seckill.push") == 0);
        (await bench.IdsAsync("alice")).ShouldBe(["op:first", "op:0", "op:1", "op:2"]);
    }
}
