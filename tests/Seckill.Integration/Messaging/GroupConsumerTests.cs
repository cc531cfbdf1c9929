using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Messaging;
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
            Options.Create(new Connections { Kafka = kafka.BootstrapServers }), Options.Create(new MessagingOptions()), NullLogger<KafkaClients>.Instance);

        int[] left = await Task.WhenAll(Enumerable.Range(0, Members).Select(member => JoinAndLeaveAsync(clients, member)));

        left.Sum().ShouldBe(Members * Rounds);
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
