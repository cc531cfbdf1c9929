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

/// <summary>From Kafka to mailboxes, and what happens when something breaks on the way. The windows are those of <c>docs/messaging.md</c>.</summary>
public sealed class PushDeliveryTests
{
    [Fact]
    public async Task MessagesOfManyReceivers_EachGetsTheirs_InOrder_AsTheyWereSent()
    {
        await using PushBench bench = await PushBench.StartAsync(("Seckill:PushMessages:MaxBatch", "7"));
        await bench.SendAsync(Enumerable.Range(0, 60).Select(i => PushBench.Notice($"{i}", PushBench.To($"user-{i % 4}")) with { Priority = PushPriority.High }));

        await bench.StartWorkerAsync();

        for (int user = 0; user < 4; user++)
        {
            string[] expected = [.. Enumerable.Range(0, 60).Where(i => i % 4 == user).Select(i => $"op:{i}")];
            await Eventually.TrueAsync(async () => (await bench.IdsAsync($"user-{user}")).Count == expected.Length);
            (await bench.IdsAsync($"user-{user}")).ShouldBe(expected);
        }

        JsonElement envelope = (await bench.EnvelopesAsync("user-3"))[0];
        (envelope.GetProperty("type").GetString(), envelope.GetProperty("priority").GetString()).ShouldBe(("notice", "high"));
        // Less what it has waited in Kafka.
        envelope.GetProperty("ttl").GetInt32().ShouldBeInRange(540, 600);
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
            QueuedPushCodec.Encode(PushBench.Notice("end of time", PushBench.To("user-of-time"), at: DateTimeOffset.MaxValue)),
            QueuedPushCodec.Encode(PushBench.Notice("end of time", PushReceiver.All, at: DateTimeOffset.MaxValue)),
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
}
