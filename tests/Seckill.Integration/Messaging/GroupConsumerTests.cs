using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Messaging;
using Seckill.Integration.Grab;
using Seckill.Integration.Metrics;
using Seckill.Integration.Orders;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Messaging;

/// <summary>Joining and leaving a group on the mock cluster.</summary>
public sealed class GroupConsumerTests
{
    private const int Members = 8;
    private const int Rounds = 3;

    private static readonly TimeSpan LongestStay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Goal: a host that stops while it joins its group ends in good order. Method: members of a few groups leave at moments drawn at random; one abort in librdkafka would end this process.</summary>
    [Fact]
    public async Task LeavesAtAnyMoment_TheProcessLives()
    {
        using KafkaMockCluster kafka = new();
        KafkaClients clients = new(
            Options.Create(new Connections { Kafka = kafka.BootstrapServers }), Options.Create(new MessagingOptions()), Options.Create(new KafkaSecurityOptions()), NullLogger<KafkaClients>.Instance);

        int[] left = await Task.WhenAll(Enumerable.Range(0, Members).Select(member => JoinAndLeaveAsync(clients, member)));

        left.Sum().ShouldBe(Members * Rounds);
    }

    [Fact]
    public async Task PartitionsThatComeAndGo_AreCountedByGroup_AlsoWhereNobodyElseCares()
    {
        using KafkaMockCluster kafka = new();
        KafkaClients clients = new(
            Options.Create(new Connections { Kafka = kafka.BootstrapServers }), Options.Create(new MessagingOptions()), Options.Create(new KafkaSecurityOptions()), NullLogger<KafkaClients>.Instance);
        string group = $"counted-{Guid.NewGuid():N}";
        using Measurements rebalances = new("seckill.messaging.rebalances");

        await using (GroupConsumer consumer = clients.Join("counted", group, [KafkaTopics.Reservations.Name]))
        {
            await Eventually.TrueAsync(() =>
            {
                consumer.Client.Consume(TimeSpan.Zero);
                return Task.FromResult(rebalances.Sum(("group", group), ("what", "assigned")) > 0);
            });
        }

        rebalances.Sum(("group", group), ("what", "revoked")).ShouldBe(1);
    }

    /// <summary>Goal: a member whose joining is never answered asks again, well before a sale is over. Method: every broker keeps the answer for ten minutes.</summary>
    [Fact]
    public async Task JoiningIsNeverAnswered_ItIsAskedForAgain()
    {
        using KafkaMockCluster kafka = new();
        KafkaClients clients = new(
            Options.Create(new Connections { Kafka = kafka.BootstrapServers }), Options.Create(new MessagingOptions()), Options.Create(new KafkaSecurityOptions()), NullLogger<KafkaClients>.Instance);
        for (int broker = 1; broker <= kafka.Brokers; broker++)
        {
            kafka.PushRequestError(broker, KafkaApi.JoinGroup, ErrorCode.GroupCoordinatorNotAvailable, TimeSpan.FromMinutes(10));
        }

        bool isAssigned = false;
        await using GroupConsumer consumer = clients.Join("patient", "unanswered", [KafkaTopics.Reservations.Name], _ => isAssigned = true);
        await Pipeline.EventuallyAsync(
            () =>
            {
                consumer.Client.Consume(TimeSpan.Zero);
                return Task.FromResult(isAssigned);
            },
            "a share of the partitions",
            patience: TimeSpan.FromSeconds(50));
    }

    private static async Task<int> JoinAndLeaveAsync(KafkaClients clients, int member)
    {
        Random random = new(member);
        for (int round = 0; round < Rounds; round++)
        {
            await using GroupConsumer consumer = clients.Join($"member-{member}", $"group-{member % 3}", [KafkaTopics.Reservations.Name]);
            TimeSpan stay = LongestStay * random.NextDouble();
            for (long joined = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(joined) < stay;)
            {
                consumer.Client.Consume(TimeSpan.Zero);
                await Task.Delay(Pause);
            }
        }

        return Rounds;
    }
}
