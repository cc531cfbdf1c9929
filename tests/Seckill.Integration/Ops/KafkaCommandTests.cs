using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Seckill.Integration.Grab;
using Seckill.Local;
using Seckill.Local.Processes;
using Seckill.Local.Servers;
using Seckill.Local.State;
using Seckill.Ops.Kafka;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Ops;

/// <summary><c>./seckill kafka …</c>, against brokers with the engine's topics.</summary>
public sealed class KafkaCommandTests : IDisposable
{
    private const string Topic = "seckill.reservations";

    private readonly TemporaryDirectory _directory = new();
    private readonly KafkaMockCluster _kafka = new();
    private readonly KafkaClients _clients;

    public KafkaCommandTests() => _clients = new KafkaClients(
        Options.Create(new Connections { Kafka = _kafka.BootstrapServers }), Options.Create(new MessagingOptions()), Options.Create(new KafkaSecurityOptions()), NullLogger<KafkaClients>.Instance);

    public void Dispose()
    {
        _kafka.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task GroupHasFinishedSome_LagIsTheRest()
    {
        await ProduceAsync(partition: 3, count: 10);
        await CommitAsync(partition: 3, offset: 4);

        OpsRun lag = await RunAsync("lag", OrderIntake.Group, "--json");

        lag.Exit.ShouldBe(0);
        JsonElement group = lag.Json.EnumerateArray().ShouldHaveSingleItem();
        group.GetProperty("lag").GetInt64().ShouldBe(6);
        JsonElement partition = group.GetProperty("partitions").EnumerateArray().Single(one => one.GetProperty("partition").GetInt32() == 3);
        (partition.GetProperty("committed").GetInt64(), partition.GetProperty("end").GetInt64()).ShouldBe((4, 10));
        (await RunAsync("lag")).Output.ShouldContain(OrderIntake.Group);
    }

    [Fact]
    public async Task EveryGroupOfTheEngine_IsListedWithItsLag()
    {
        await ProduceAsync(partition: 0, count: 7);

        OpsRun groups = await RunAsync("groups", "--json");

        Dictionary<string, long> lags = groups.Json.GetProperty("groups").EnumerateArray().ToDictionary(one => one.GetProperty("name").GetString()!, one => one.GetProperty("lag").GetInt64());
        lags.Keys.ShouldBe(EngineGroup.All.Select(group => group.Name), ignoreOrder: true);
        lags[OrderIntake.Group].ShouldBe(7);
        (await RunAsync("groups")).Output.ShouldContain("reservations to MySQL");
    }

    [Fact]
    public async Task AllTopicsThere_Exit0_AndTheirSizesAreWhatWasWritten()
    {
        await ProduceAsync(partition: 1, count: 5);
        await ProduceAsync(partition: 2, count: 3);

        (await RunAsync("topics")).Exit.ShouldBe(0);
        JsonElement sizes = (await RunAsync("sizes", "--json")).Json;
        JsonElement reservations = sizes.EnumerateArray().Single(topic => topic.GetProperty("name").GetString() == Topic);
        (reservations.GetProperty("messages").GetInt64(), reservations.GetProperty("largest").GetInt64()).ShouldBe((8, 5));
        (await RunAsync("sizes")).Output.ShouldContain("Messages, counted by offsets", customMessage: "nobody takes them for bytes");
    }

    [Fact]
    public async Task ResetWithoutYes_OnlyShows()
    {
        await ProduceAsync(partition: 3, count: 10);
        await CommitAsync(partition: 3, offset: 10);

        OpsRun shown = await RunAsync("reset-offset", OrderIntake.Group, "--to", "earliest");

        shown.Exit.ShouldBe(1);
        shown.Output.ShouldContain("10 messages are delivered again");
        shown.Output.ShouldContain("add --yes");
        (await CommittedAsync(3)).ShouldBe(10);
    }

    [Fact]
    public async Task Reset_MovesTheOffsets_AndShowsBeforeAndAfter()
    {
        await ProduceAsync(partition: 3, count: 10);
        await CommitAsync(partition: 3, offset: 5);

        long before = 5;
        foreach ((string to, long expected) in ((string, long)[])[("earliest", 0), ("7", 7), ("99", 10)])
        {
            OpsRun reset = await RunAsync("reset-offset", OrderIntake.Group, "--to", to, "--partition", "3", "--yes", "--json");

            reset.Exit.ShouldBe(0, reset.Output);
            JsonElement partition = reset.Json.GetProperty("partitions").EnumerateArray().ShouldHaveSingleItem();
            (partition.GetProperty("before").GetInt64(), partition.GetProperty("after").GetInt64()).ShouldBe((before, expected));
            before = expected;
        }

        (await CommittedAsync(3)).ShouldBe(10);
    }

    [Fact]
    public async Task ResetToATime_GoesOnAtTheFirstMessageSince()
    {
        DateTimeOffset noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
        await ProduceAsync(partition: 3, count: 9, at: i => noon.AddMinutes(i));
        await CommitAsync(partition: 3, offset: 9);

        OpsRun reset = await RunAsync("reset-offset", OrderIntake.Group, "--to", "2026-11-22T12:05:30Z", "--yes");

        reset.Exit.ShouldBe(0, reset.Output);
        (await CommittedAsync(3)).ShouldBe(6);
    }

    [Fact]
    public async Task SomebodyIsInTheGroup_ResetIsRefused_AndNothingMoves()
    {
        await ProduceAsync(partition: 3, count: 10);
        await using GroupConsumer member = await JoinAsync();
        using CancellationTokenSource polling = new();
        Task polls = Task.Run(() =>
        {
            while (!polling.IsCancellationRequested)
            {
                member.Client.Consume(TimeSpan.FromMilliseconds(50));
            }
        });

        OpsRun reset = await RunAsync("reset-offset", OrderIntake.Group, "--to", "latest", "--yes");

        await polling.CancelAsync();
        await polls;
        reset.Exit.ShouldBe(1);
        reset.Output.ShouldContain("Nothing was changed");
        (await CommittedAsync(3)).ShouldBeNull();
    }

    [Theory]
    [InlineData("no-such-group", "earliest", "no group of the engine")]
    [InlineData(OrderIntake.Group, "yesterday-ish", "--to is earliest, latest, an offset or a time")]
    public async Task Nonsense_IsRefusedInASentence(string group, string to, string says)
    {
        OpsRun reset = await RunAsync("reset-offset", group, "--to", to, "--yes");

        reset.Exit.ShouldBe(1);
        reset.Output.ShouldContain(says);
    }

    [Fact]
    public async Task NobodyListens_Exit2_InOneSentence()
    {
        string nowhere = $"127.0.0.1:{FreePorts.Next()}";

        foreach (OpsRun run in await Task.WhenAll(((string[])["groups", "lag", "topics", "sizes"]).Select(command =>
            Task.Run(() => OpsRun.OfAsync(KafkaCommand.Create, _directory.Path, command, "--kafka", nowhere)))))
        {
            run.Exit.ShouldBe(2);
            run.Output.ShouldStartWith($"Kafka at {nowhere} does not answer");
            run.Output.ShouldNotContain("\n");
        }
    }

    [Fact]
    public async Task NoServerNamed_TheLocalStacksIsAsked()
    {
        new StateFile(_directory.Path).Write(new LocalState(
            "none", "none", "none", _kafka.BootstrapServers, "none", new MetricsUrls("none", "none", "none"), new ProcessIds(0, 0, 0, null, null, 0), new DemoIds("1", "a")));

        (await OpsRun.OfAsync(KafkaCommand.Create, _directory.Path, "sizes")).Exit.ShouldBe(0);
    }

    private Task<OpsRun> RunAsync(params string[] arguments) => OpsRun.OfAsync(KafkaCommand.Create, _directory.Path, [.. arguments, "--kafka", _kafka.BootstrapServers]);

    private async Task ProduceAsync(int partition, int count, Func<int, DateTimeOffset>? at = null)
    {
        using IProducer<byte[]?, byte[]> producer = _clients.BuildProducer("tests", error => throw new KafkaException(error));
        for (int i = 0; i < count; i++)
        {
            Message<byte[]?, byte[]> message = new() { Value = Encoding.UTF8.GetBytes($"{i}") };
            if (at is not null)
            {
                message.Timestamp = new Timestamp(at(i));
            }

            await producer.ProduceAsync(new TopicPartition(Topic, partition), message);
        }
    }

    private async Task<GroupConsumer> JoinAsync()
    {
        int share = 0;
        GroupConsumer member = _clients.Join("tests", OrderIntake.Group, [Topic], partitions => share += partitions.Count);
        await Eventually.TrueAsync(() =>
        {
            member.Client.Consume(TimeSpan.FromMilliseconds(20));
            return share == KafkaTopics.Reservations.Partitions;
        });
        return member;
    }

    private async Task CommitAsync(int partition, long offset)
    {
        await using GroupConsumer member = await JoinAsync();
        member.Client.Commit([new TopicPartitionOffset(Topic, partition, offset)]);
    }

    private async Task<long?> CommittedAsync(int partition)
    {
        JsonElement group = (await RunAsync("lag", OrderIntake.Group, "--json")).Json[0];
        JsonElement committed = group.GetProperty("partitions").EnumerateArray().Single(one => one.GetProperty("partition").GetInt32() == partition).GetProperty("committed");
        return committed.ValueKind is JsonValueKind.Null ? null : committed.GetInt64();
    }
}
