using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Messaging;
using Seckill.Integration.Grab;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Messaging;

/// <summary>Reading in batches from the mock cluster while a batch takes long.</summary>
public sealed class BatchReaderTests : IDisposable
{
    private static readonly KafkaTopic Topic = KafkaTopics.Reservations;

    // Long enough for several polls beyond a full batch.
    private static readonly TimeSpan LongWork = TimeSpan.FromSeconds(3);

    private readonly KafkaMockCluster _kafka = new();

    public void Dispose() => _kafka.Dispose();

    /// <summary>Goal: work that outlasts the bound of the next batch loses nothing and repeats nothing. Method: batches of at most 2 out of 60 messages, the first of which takes long.</summary>
    [Fact]
    public async Task NextBatchIsFullWhileWorkLasts_TheRestComesAfterIt()
    {
        await ProduceAsync(_kafka, 60);
        await using BatchReader reader = Join(_kafka, maxBatch: 2);

        ShouldBeInOrder(await ReadAsync(reader, LongWork, 60), 60);
    }

    /// <summary>Goal: a partition that goes away while some of its messages are put back starts at its stored offset. Method: a second member joins and leaves meanwhile; nothing was stored.</summary>
    [Fact]
    public async Task PartitionsGoAndComeBackWhileWorkLasts_NothingIsLeftOut()
    {
        await ProduceAsync(_kafka, 60);
        await using BatchReader reader = Join(_kafka, maxBatch: 2);
        HashSet<(int Partition, long Offset)> read = [];
        await Eventually.TrueAsync(() => Collect() > 0);

        await reader.PollUntilDoneAsync(VisitAsync());

        await Eventually.TrueAsync(() => Collect() == 60);

        int Collect()
        {
            read.UnionWith(reader.Collect().Select(Place));
            return read.Count;
        }
    }

    /// <summary>Goal: no partition is left standing, however the group's start and the first batch meet. Method: many groups, each of which finds a few messages and takes long over the first.</summary>
    /// <remarks>With partitions paused and resumed about long work, one group in 150 never got all of its messages.</remarks>
    [Fact]
    [Trait("run", "long")]
    public async Task ManyGroupsBegin_EachReadsEveryPartition()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 1_000), new ParallelOptions { MaxDegreeOfParallelism = 40, CancellationToken = TestContext.Current.CancellationToken }, async (_, _) =>
        {
            using KafkaMockCluster kafka = new();
            await ProduceAsync(kafka, 12);
            await using BatchReader reader = Join(kafka, maxBatch: 100);
            ShouldBeInOrder(await ReadAsync(reader, TimeSpan.FromSeconds(1 + Random.Shared.NextDouble()), 12), 12);
        });
    }

    private static BatchReader Join(KafkaMockCluster kafka, int maxBatch) => new(Clients(kafka), "reader", "readers", Topic, maxBatch, (_, _) => { }, TimeProvider.System);

    // The first batch takes as long as is said.
    private static async Task<List<(int Partition, long Offset)>> ReadAsync(BatchReader reader, TimeSpan firstWork, int count)
    {
        List<(int Partition, long Offset)> read = [];
        await Eventually.TrueAsync(async () =>
        {
            bool isFirst = read.Count == 0;
            read.AddRange(reader.Collect().Select(Place));
            if (isFirst && read.Count > 0)
            {
                await reader.PollUntilDoneAsync(Task.Delay(firstWork));
            }

            return read.Count >= count;
        });
        return read;
    }

    private static void ShouldBeInOrder(List<(int Partition, long Offset)> read, int count)
    {
        read.Count.ShouldBe(count);
        foreach (IGrouping<int, long> partition in read.GroupBy(one => one.Partition, one => one.Offset))
        {
            partition.ShouldBe(Enumerable.Range(0, partition.Count()).Select(offset => (long)offset), $"partition {partition.Key}");
        }
    }

    private static (int Partition, long Offset) Place(ConsumedMessage message) => (message.Consumed.Partition.Value, message.Consumed.Offset.Value);

    // Takes a share of the partitions, and gives it back.
    private async Task VisitAsync()
    {
        await using BatchReader visitor = Join(_kafka, maxBatch: 1);
        await Eventually.TrueAsync(() => visitor.Collect().Count > 0);
    }

    private static async Task ProduceAsync(KafkaMockCluster kafka, int count)
    {
        using KafkaProducer producer = new(Clients(kafka), TimeProvider.System, NullLogger<KafkaProducer>.Instance);
        await producer.ProduceAsync([.. Enumerable.Range(0, count).Select(i => new KafkaRecord(Topic.Name, [(byte)i], [], []))], TestContext.Current.CancellationToken);
    }

    private static KafkaClients Clients(KafkaMockCluster kafka) => new(
        Options.Create(new Connections { Kafka = kafka.BootstrapServers }), Options.Create(new MessagingOptions()), Options.Create(new KafkaSecurityOptions()), NullLogger<KafkaClients>.Instance);
}
