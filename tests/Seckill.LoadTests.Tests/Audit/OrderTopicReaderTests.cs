using System.Text;
using Confluent.Kafka;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.LoadTests.Audit;
using Seckill.LoadTests.Target;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.Audit;

/// <summary>The audit's reader on the Kafka protocol.</summary>
public sealed class OrderTopicReaderTests : IDisposable
{
    private static readonly SaleUnderLoad Sale = new(new SaleId(77), new SkuId("phone"), Units: 100, LimitPerUser: 1);
    private static readonly UserId Alice = new("alice");

    private readonly KafkaMockCluster _kafka = new();
    private readonly SnowflakeIds _ids = new(new FixedWorker(), TimeProvider.System);
    private readonly IProducer<byte[]?, byte[]> _producer;

    public OrderTopicReaderTests()
    {
        LibrdkafkaLoader.Register();
        _producer = new ProducerBuilder<byte[]?, byte[]>(new ProducerConfig { BootstrapServers = _kafka.BootstrapServers, Acks = Acks.All, LingerMs = 2 }).Build();
    }

    [Fact]
    public async Task MessagesOfSeveralSales_KeepsThoseOfTheSaleAndCountsCopies()
    {
        OrderTopicMarks marks = Reader().Mark();
        KafkaOrder[] orders = [.. Enumerable.Range(1, 40).Select(i => Order($"user-{i}"))];
        await Task.WhenAll(orders.Select(order => ProduceAsync(order, Sale.Sale)));
        await Task.WhenAll(orders.Select(order => ProduceAsync(order, new SaleId(78))));
        await Task.WhenAll(ProduceAsync(orders[0], Sale.Sale), ProduceAsync("no reservation"u8.ToArray()));

        KafkaEvidence read = Reader().Read(Sale, marks);

        read.Gap.ShouldBeNull();
        read.Copies.Keys.ShouldBe(orders, ignoreOrder: true);
        read.Copies[orders[0]].ShouldBe(2);
        read.Repeated.ShouldBe(1);
        read.Unreadable.ShouldBe(1);
        CommittedOffsets().ShouldAllBe(committed => committed.Offset == Offset.Unset);
    }

    [Fact]
    public async Task BrokerDroppedOldMessages_OnlyThoseOfTheRunAreAGap()
    {
        await FloodAsync();
        OrderTopicMarks afterTheFlood = Reader().Mark();
        await ProduceAsync(Order(Alice.Value), Sale.Sale);

        Reader().Read(Sale, afterTheFlood).Gap.ShouldBeNull();
        Reader().Read(Sale, OrderTopicMarks.Beginning).Gap.ShouldNotBeNull().ShouldContain("messages were dropped by the broker before they were read");

        OrderTopicMarks beforeTheNext = Reader().Mark();
        await FloodAsync();

        KafkaEvidence read = Reader().Read(Sale, beforeTheNext);
        read.Gap.ShouldNotBeNull().ShouldContain("dropped by the broker");
        read.Copies.ShouldBeEmpty();
    }

    [Fact]
    public async Task TimeIsUp_SaysHowMuchWasNotRead()
    {
        await ProduceAsync(Order(Alice.Value), Sale.Sale);

        new OrderTopicReader(_kafka.BootstrapServers, TimeSpan.Zero, TimeProvider.System).Read(Sale, OrderTopicMarks.Beginning).Gap.ShouldBe("1 messages were not read within 0 s");
    }

    [Fact]
    public void PartitionsThatEndBeforeTheirMarks_BeganAnew() =>
        Reader().Read(Sale, new OrderTopicMarks(new Dictionary<int, long> { [3] = 1 })).Gap.ShouldBe("1 partitions began anew during the run");

    public void Dispose()
    {
        _producer.Dispose();
        _kafka.Dispose();
    }

    private OrderTopicReader Reader() => new(_kafka.BootstrapServers, longest: null, TimeProvider.System);

    private KafkaOrder Order(string user) => new(new OrderId(_ids.Next(UserShard.Of(new UserId(user)))), new UserId(user));

    // A mock partition keeps 5 MiB.
    private Task FloodAsync() => Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ProduceAsync(new byte[900_000])));

    private Task ProduceAsync(KafkaOrder order, SaleId sale)
    {
        KafkaRecord record = ReservationCodec.Encode(new ReservationMessage(order.Id, sale, Sale.Sku, 0, order.User, 0, 1, 1, TimeProvider.System.GetUtcNow()));
        Headers headers = [];
        foreach ((string name, string value) in record.Headers)
        {
            headers.Add(name, Encoding.UTF8.GetBytes(value));
        }

        return _producer.ProduceAsync(record.Topic, new Message<byte[]?, byte[]> { Key = record.Key, Value = record.Value, Headers = headers });
    }

    private Task ProduceAsync(byte[] value) =>
        _producer.ProduceAsync(KafkaTopics.Reservations.Name, new Message<byte[]?, byte[]> { Key = Encoding.UTF8.GetBytes(Alice.Value), Value = value });

    private List<TopicPartitionOffset> CommittedOffsets()
    {
        using IConsumer<byte[], byte[]> consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = _kafka.BootstrapServers, GroupId = "seckill-load-audit" }).Build();
        return consumer.Committed(Enumerable.Range(0, KafkaTopics.Reservations.Partitions).Select(i => new TopicPartition(KafkaTopics.Reservations.Name, i)), TimeSpan.FromSeconds(10));
    }

    private sealed class FixedWorker : IWorkerIdSource
    {
        public WorkerIdGrant? Current { get; } = new(3);
    }
}
