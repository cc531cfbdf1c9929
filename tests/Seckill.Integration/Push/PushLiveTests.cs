using System.Text.Json;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Push.Messages;
using Seckill.Integration.Grab;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Push;

/// <summary>From Kafka to whoever is connected, and a Kafka that is away. The windows are those of <c>docs/messaging.md</c>.</summary>
public sealed class PushLiveTests
{
    private static readonly PushReceiver Watchers = PushReceiver.Of(new SaleId(77));

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
    public async Task OneIdToSeveralReceivers_IsPublishedToEach_AndToEachOnce()
    {
        await using PushBench bench = await PushBench.StartAsync(("Seckill:PushMessages:LivePerSecond", "1000"));
        await bench.ListenAsync();
        PushReceiver[] receivers = [PushReceiver.Of(new SaleId(77)), PushReceiver.Of(new SaleId(78)), PushReceiver.All];
        await bench.SendAsync([.. receivers.Concat(receivers).Select(to => PushBench.Notice("maintenance", to))]);

        await bench.StartWorkerAsync();

        await Eventually.TrueAsync(() => bench.Lag("seckill.push-live") == 0);
        await Eventually.TrueAsync(() => bench.Live.Count >= 3);
        bench.Live.Select(one => one.Group ?? "all").ShouldBe(["sale:77", "sale:78", "all"], ignoreOrder: true);
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
