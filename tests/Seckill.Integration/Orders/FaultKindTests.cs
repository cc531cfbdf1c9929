using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Database;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Orders;

/// <summary>
/// Goal: each kind of fault gets its own treatment: the server's waits, one that may pass is tried again later, one that cannot is a dead letter. Method: triggers that raise MySQL's own errors
/// for chosen users, on the real server.
/// </summary>
public sealed class FaultKindTests
{
    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public async Task ValuesThatMySqlRefuses_DeadLetterUnitBackUserToldAndTheRestOfTheBatchStored()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 100);
        await RefuseAsync(pipeline, "poison-%", errno: 1406);
        ReservationMessage poison = pipeline.Reserve("poison-1");
        await pipeline.FillOutboxAsync([.. pipeline.Reserve(60), poison]);

        await pipeline.StartWorkerAsync();
        await pipeline.StoredAsync(60);

        Message<byte[]?, byte[]> letter = TopicReader.ReadMessages(pipeline, KafkaTopics.DeadLetters, 1).ShouldHaveSingleItem();
        ReservationMessage put = ReservationCodec.Decode(letter).Message.ShouldNotBeNull();
        put.ShouldBe(poison with { ReservedAt = put.ReservedAt, Trail = put.Trail });
        MessageHeaders.Read(letter.Headers, MessageHeaders.Cause).ShouldBe(OrderFailure.InvalidData);
        MessageHeaders.Read(letter.Headers, MessageHeaders.Error).ShouldNotBeNull().ShouldContain("raised by a test");
        MessageHeaders.Read(letter.Headers, MessageHeaders.Stack).ShouldNotBeNull().ShouldContain(nameof(OrderWriter));
        MessageHeaders.Read(letter.Headers, MessageHeaders.Origin).ShouldNotBeNull().ShouldStartWith("seckill.reservations/");
        (await pipeline.MailboxAsync(poison.UserId)).ShouldHaveSingleItem().ShouldContain("order.failed");
        (await pipeline.RedisClient.Database.StringGetAsync(pipeline.Keys.Stock)).ShouldBe(1, "the unit went back");
        (await pipeline.CountAsync("1 = 1")).ShouldBe(60);
    }

    [Fact]
    public async Task ItemNotInTheCatalogYet_StoredOnceItIs()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);
        ReservationMessage early = pipeline.Receipts.Sign(pipeline.Reserve("early") with { SkuId = new SkuId("late-item") });
        KafkaRecord record = pipeline.Encode(early);
        await pipeline.Producer.ProduceAsync([record with { Headers = [.. record.Headers, new(MessageHeaders.TraceParent, Trace)] }], CancellationToken.None);
        await pipeline.StartWorkerAsync(relay: false);

        Message<byte[]?, byte[]> waiting = TopicReader.ReadMessages(pipeline, KafkaTopics.RetryTiers[0].Topic, 1).ShouldHaveSingleItem();
        MessageHeaders.Read(waiting.Headers, MessageHeaders.Attempt).ShouldBe("2");
        MessageHeaders.Read(waiting.Headers, MessageHeaders.TraceParent).ShouldBe(Trace);
        MessageHeaders.Read(waiting.Headers, MessageHeaders.Error).ShouldBe(OrderFailure.UnknownItem);
        await pipeline.ExecuteAsync("INSERT INTO sale_items (sale_id, sku_id, position, name, price, stock) VALUES (77, 'late-item', 1, 'Late', 5, 10)");
        await pipeline.ExecuteAsync("INSERT INTO stock_guard (sale_id, sku_id, units) VALUES (77, 'late-item', 10)");

        await pipeline.StoredAsync(1);
        (await pipeline.FindAsync(early.OrderId)).ShouldNotBeNull().Status.ShouldBe(OrderStatus.PendingPayment);
        TopicReader.Read(pipeline, KafkaTopics.DeadLetters, 0).ShouldBeEmpty();
    }

    [Fact]
    public async Task TriesAreSpent_DeadLetterAndTheUserIsTold()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);
        ReservationMessage lost = pipeline.Receipts.Sign(pipeline.Reserve("lost") with { SkuId = new SkuId("no-such-item") });
        KafkaRecord record = pipeline.Encode(lost);
        string last = SetAside.MaxAttempts.ToString(CultureInfo.InvariantCulture);
        await pipeline.Producer.ProduceAsync([record with { Headers = [.. record.Headers, new(MessageHeaders.Attempt, last)] }], CancellationToken.None);
        await pipeline.StartWorkerAsync(relay: false);

        Message<byte[]?, byte[]> letter = TopicReader.ReadMessages(pipeline, KafkaTopics.DeadLetters, 1).ShouldHaveSingleItem();
        MessageHeaders.Read(letter.Headers, MessageHeaders.Cause).ShouldBe(OrderFailure.UnknownItem);
        MessageHeaders.Read(letter.Headers, MessageHeaders.Attempt).ShouldBe(last);
        (await pipeline.MailboxAsync(lost.UserId)).ShouldHaveSingleItem().ShouldContain("order.failed");
    }

    [Fact]
    public async Task AnErrorNobodyKnowsForOneMessage_TriedAgainLaterAndStoredWhenItHasPassed()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 100);
        await RefuseAsync(pipeline, "odd-%", errno: 30_001);
        ReservationMessage odd = pipeline.Reserve("odd-1");
        await pipeline.ProduceAsync([odd, .. pipeline.Reserve(40)]);
        await pipeline.StartWorkerAsync(relay: false);

        await pipeline.StoredAsync(40);
        await Pipeline.EventuallyAsync(() => Task.FromResult(TopicReader.Read(pipeline, KafkaTopics.RetryTiers[0].Topic, 1).Count == 1), "the first tier");
        await AllowAsync(pipeline);

        await pipeline.StoredAsync(41);
        (await pipeline.FindAsync(odd.OrderId)).ShouldNotBeNull();
        TopicReader.Read(pipeline, KafkaTopics.DeadLetters, 0).ShouldBeEmpty();
    }

    [Fact]
    public async Task AnErrorNobodyKnowsForEveryMessage_IsTheServersAndNothingIsPutOff()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 100);
        await RefuseAsync(pipeline, "%", errno: 30_001);
        // All of one table, so that they meet in one batch.
        ReservationMessage[] reservations = [.. pipeline.Reserve(200).Where(one => OrderTables.Of(one.OrderId) == 0)];
        await pipeline.ProduceAsync(reservations);
        IHost worker = await pipeline.StartWorkerAsync(relay: false);
        MySqlCircuit circuit = worker.Services.GetRequiredService<MySqlCircuit>();

        await Pipeline.EventuallyAsync(() => Task.FromResult(circuit.IsOpen), "an open circuit");
        await AllowAsync(pipeline);

        await pipeline.StoredAsync(reservations.Length);
        await Pipeline.EventuallyAsync(() => Task.FromResult(!circuit.IsOpen), "a closed circuit");
        TopicReader.Read(pipeline, KafkaTopics.RetryTiers[0].Topic, 0).Count.ShouldBeLessThan(reservations.Length / 2, "put off although it was the server's fault");
        TopicReader.Read(pipeline, KafkaTopics.DeadLetters, 0).ShouldBeEmpty();
    }

    private static async Task RefuseAsync(Pipeline pipeline, string users, int errno)
    {
        for (int table = 0; table < OrderTables.Count; table++)
        {
            await pipeline.ExecuteAsync(
                $"CREATE TRIGGER refuse_{table} BEFORE INSERT ON {OrderTables.Name(table)} FOR EACH ROW BEGIN "
                + $"IF NEW.user_id LIKE '{users}' THEN SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = {errno}, MESSAGE_TEXT = 'raised by a test'; END IF; END");
        }
    }

    private static async Task AllowAsync(Pipeline pipeline)
    {
        for (int table = 0; table < OrderTables.Count; table++)
        {
            await pipeline.ExecuteAsync($"DROP TRIGGER refuse_{table}");
        }
    }
}
