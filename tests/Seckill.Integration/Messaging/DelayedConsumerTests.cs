using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Seckill.Core;
using Seckill.Core.Messaging;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Messaging;

/// <summary>Topics of fixed delay over the real protocol: never early, nothing lost, nothing held without bound.</summary>
public sealed class DelayedConsumerTests : IAsyncDisposable
{
    private const string Group = "delayed-test";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly DelayedTopic OneSecond = KafkaTopics.RetryTiers[0];
    private static readonly DelayedTopic FiveSeconds = KafkaTopics.RetryTiers[1];

    private readonly KafkaMockCluster _kafka = new();
    private readonly ServiceProvider _services;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _members = [];
    private readonly ConcurrentQueue<(string Key, DateTimeOffset DueAt, DateTimeOffset HandledAt)> _handled = [];

    public DelayedConsumerTests() => _services = Build(lookAhead: 1_000);

    [Fact]
    public async Task MessagesOfTwoTiers_EachHandledOnceAndNeverEarly()
    {
        await ProduceAsync(OneSecond, 0, 200);
        await ProduceAsync(FiveSeconds, 200, 200);
        Start(_services, Record);

        await HandledAsync(400);

        _handled.ShouldAllBe(one => one.HandledAt >= one.DueAt);
        _handled.Select(one => one.Key).ShouldBeUnique();
        double[] late = [.. _handled.Where(one => one.DueAt > _handled.Min(other => other.HandledAt)).Select(one => (one.HandledAt - one.DueAt).TotalMilliseconds).Order()];
        TestContext.Current.TestOutputHelper!.WriteLine($"lateness of {late.Length}: p50 {late[late.Length / 2]:F1} ms, max {late[^1]:F1} ms");
    }

    [Fact]
    public async Task MoreMessagesThanAreHeld_AllHandledInTheirPartitionsOrder()
    {
        await using ServiceProvider small = Build(lookAhead: 10);
        await ProduceAsync(OneSecond, 0, 2_000);
        Start(small, Record);

        await HandledAsync(2_000);

        _handled.Select(one => one.Key).ShouldBeUnique();
        _handled.ShouldAllBe(one => one.HandledAt >= one.DueAt);
    }

    [Fact]
    public async Task HandlerFails_TheSameMessagesComeAgain()
    {
        int failures = 3;
        await ProduceAsync(OneSecond, 0, 50);
        Start(_services, due => Interlocked.Decrement(ref failures) >= 0 ? throw new InvalidOperationException("a server is away") : Record(due));

        await HandledAsync(50);

        failures.ShouldBeLessThan(0, "the handler never failed");
        _handled.Select(one => one.Key).ShouldBeUnique();
    }

    [Fact]
    public async Task ASecondMemberJoinsWhileTheFirstIsBusy_NothingIsLost()
    {
        using SemaphoreSlim gate = new(0);
        int first = 0;
        await ProduceAsync(OneSecond, 0, 300);
        Start(_services, async due =>
        {
            Interlocked.Increment(ref first);
            await gate.WaitAsync(_stop.Token);
            gate.Release();
            await Record(due);
        });
        await UntilAsync(() => Volatile.Read(ref first) > 0, "a batch in the first member's hands");

        int second = 0;
        Start(_services, due =>
        {
            Interlocked.Increment(ref second);
            return Record(due);
        });
        await UntilAsync(() => Volatile.Read(ref second) > 0, "a share of the partitions for the second");
        gate.Release();

        // What the first had in hand when its partitions went may be handled by both: each is handled at least once.
        await UntilAsync(() => _handled.Select(one => one.Key).Distinct().Count() == 300, "every message handled");
        _handled.ShouldAllBe(one => one.HandledAt >= one.DueAt);
    }

    [Fact]
    public async Task StoppedWhileMessagesWait_TheNextMemberHandlesThem()
    {
        using CancellationTokenSource early = new();
        await ProduceAsync(FiveSeconds, 0, 20);
        Task first = Run(_services, Record, early.Token);
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        await early.CancelAsync();
        await first;
        _handled.ShouldBeEmpty();

        Start(_services, Record);

        await HandledAsync(20);
        _handled.ShouldAllBe(one => one.HandledAt >= one.DueAt);
    }

    [Fact]
    public async Task NoSensibleDueTime_UnroutableWithTheReasonAndTheNextOneIsHandled()
    {
        byte[] key = "same-partition"u8.ToArray();
        KafkaRecord none = new(OneSecond.Topic.Name, key, "1"u8.ToArray(), [new(MessageHeaders.Type, "test.v1")]);
        KafkaRecord never = none with { Headers = [new(MessageHeaders.DueAt, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture))] };
        KafkaRecord good = OneSecond.Postpone(none, TimeProvider.System.GetUtcNow());
        await Producer.ProduceAsync([none, never, good], TestContext.Current.CancellationToken);
        Start(_services, Record);

        await HandledAsync(1);

        using IConsumer<byte[]?, byte[]> reader = _services.GetRequiredService<KafkaClients>().BuildReader("reader", "reader");
        reader.Assign(Enumerable.Range(0, KafkaTopics.Unroutable.Partitions).Select(i => new TopicPartitionOffset(KafkaTopics.Unroutable.Name, i, Offset.Beginning)));
        for (int i = 0; i < 2; i++)
        {
            Headers headers = reader.Consume(Patience).ShouldNotBeNull().Message.Headers;
            MessageHeaders.Read(headers, MessageHeaders.Error).ShouldNotBeNull().ShouldContain("due-at");
            MessageHeaders.Read(headers, MessageHeaders.Origin).ShouldNotBeNull().ShouldStartWith("seckill.retry.1s/");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_members);
        await _services.DisposeAsync();
        _kafka.Dispose();
        _stop.Dispose();
    }

    private KafkaProducer Producer => _services.GetRequiredService<KafkaProducer>();

    private Task Record(IReadOnlyList<DelayedMessage> due)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        foreach (DelayedMessage one in due)
        {
            _handled.Enqueue((Encoding.UTF8.GetString(one.Consumed.Message.Key!), one.DueAt, now));
        }

        return Task.CompletedTask;
    }

    private void Start(ServiceProvider services, Func<IReadOnlyList<DelayedMessage>, Task> handle) => _members.Add(Run(services, handle, _stop.Token));

    private static Task Run(ServiceProvider services, Func<IReadOnlyList<DelayedMessage>, Task> handle, CancellationToken stop) => Task.Run(
        () => services.GetRequiredService<DelayedConsumer>().RunAsync(Group, [OneSecond, FiveSeconds], (due, _) => handle(due), stop), CancellationToken.None);

    private Task ProduceAsync(DelayedTopic topic, int from, int count)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return Producer.ProduceAsync(
            [.. Enumerable.Range(from, count).Select(i => topic.Postpone(new KafkaRecord("", Encoding.UTF8.GetBytes($"key-{i}"), [], [new(MessageHeaders.Type, "test.v1")]), now))],
            TestContext.Current.CancellationToken);
    }

    private Task HandledAsync(int count) => UntilAsync(() => _handled.Count >= count, $"{count} messages handled");

    private async Task UntilAsync(Func<bool> condition, string what)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(Patience, $"{what}; {_handled.Count} handled");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private ServiceProvider Build(int lookAhead)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Seckill:Redis"] = "-",
            ["Seckill:Kafka"] = _kafka.BootstrapServers,
            ["Seckill:MySql"] = "-",
            ["Seckill:Messaging:DelayedLookAhead"] = lookAhead.ToString(CultureInfo.InvariantCulture),
        }).Build();
        ServiceCollection services = new();
        services.AddLogging(log => log.SetMinimumLevel(LogLevel.Warning));
        services.AddConnections(configuration).AddMessaging(configuration);
        return services.BuildServiceProvider();
    }
}
