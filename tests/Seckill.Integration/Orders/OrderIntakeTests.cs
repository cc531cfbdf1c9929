using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Seckill.Core.Receipts;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Orders;

/// <summary>From a filled outbox to rows and mailboxes, over real servers.</summary>
public sealed class OrderIntakeTests
{
    [Fact]
    public async Task ReservationsInTheOutbox_OneOrderAndOneMessageEach()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 1_000);
        IReadOnlyList<ReservationMessage> reservations = pipeline.Reserve(1_000);
        await pipeline.FillOutboxAsync(reservations);

        await pipeline.StartWorkerAsync();
        await pipeline.StoredAsync(1_000);
        await Pipeline.EventuallyAsync(async () => await pipeline.OutboxLengthAsync() == 0, "an empty outbox");

        (await pipeline.CountAsync("status = 'pending-payment'")).ShouldBe(1_000);
        (await pipeline.SoldAsync()).ShouldBe(1_000);
        Order order = (await pipeline.FindAsync(reservations[7].OrderId)).ShouldNotBeNull();
        order.User.ShouldBe(reservations[7].UserId);
        order.Price.ShouldBe(199.90m);
        order.Status.ShouldBe(OrderStatus.PendingPayment);
        (await pipeline.Orders.ListByUserAsync(order.User, 10, TestContext.Current.CancellationToken)).ShouldBe([order]);
        (await pipeline.Orders.CountByStatusAsync(pipeline.Sale, TestContext.Current.CancellationToken))[OrderStatus.PendingPayment].ShouldBe(1_000);
        await Pipeline.EventuallyAsync(async () => (await pipeline.MailboxAsync(order.User)).Count > 0, "the buyer's message");
        (await pipeline.MailboxAsync(order.User)).ShouldHaveSingleItem().ShouldContain("order.created");
    }

    [Fact]
    public async Task SameMessagesTwiceAndTwoWorkers_EffectsOnce()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 200);
        IReadOnlyList<ReservationMessage> reservations = pipeline.Reserve(200);
        await pipeline.ProduceAsync(reservations);
        await pipeline.ProduceAsync(reservations);
        await pipeline.FillOutboxAsync(reservations);

        await pipeline.StartWorkerAsync();
        await pipeline.StartWorkerAsync();
        await pipeline.StoredAsync(200);
        await CaughtUpAsync(pipeline);

        (await pipeline.CountAsync("status = 'pending-payment'")).ShouldBe(200);
        (await pipeline.CountAsync("1 = 1")).ShouldBe(200);
        (await pipeline.SoldAsync()).ShouldBe(200);
        (await pipeline.MailboxAsync(reservations[0].UserId)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task MoreReservationsThanUnits_TheGuardFailsTheExcessAndTellsThem()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);
        IReadOnlyList<ReservationMessage> reservations = pipeline.Reserve(15);
        await pipeline.FillOutboxAsync(reservations);

        await pipeline.StartWorkerAsync();
        await pipeline.StoredAsync(15);
        await CaughtUpAsync(pipeline);

        (await pipeline.CountAsync("status = 'pending-payment'")).ShouldBe(10);
        (await pipeline.CountAsync("status = 'failed' AND reason = 'oversold' AND slot IS NULL")).ShouldBe(5);
        (await pipeline.SoldAsync()).ShouldBe(10);
        foreach (ReservationMessage one in reservations)
        {
            Order order = (await pipeline.FindAsync(one.OrderId)).ShouldNotBeNull();
            await Pipeline.EventuallyAsync(async () => (await pipeline.MailboxAsync(one.UserId)).Count == 1, "a message");
            (await pipeline.MailboxAsync(one.UserId))[0].ShouldContain(order.Status == OrderStatus.Failed ? "order.failed" : "order.created");
        }

        // The units of the refused went back to Redis (the bucket stood at 0).
        (await pipeline.RedisClient.Database.StringGetAsync(pipeline.Keys.Stock)).ShouldBe(5);
    }

    [Fact]
    public async Task ReservedInAFormerEpoch_UnitGone_FailsAsStale()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);
        await LiveInEpochTwoAsync(pipeline);
        ReservationMessage old = pipeline.Reserve("early", epoch: 1);
        await pipeline.ProduceAsync([old, pipeline.Reserve("late", epoch: 2)]);

        await pipeline.StartWorkerAsync(relay: false);
        await pipeline.StoredAsync(2);

        (await pipeline.FindAsync(old.OrderId))!.Reason.ShouldBe(OrderFailure.StaleEpoch);
        (await pipeline.SoldAsync()).ShouldBe(1);
        await Pipeline.EventuallyAsync(async () => (await pipeline.MailboxAsync(old.UserId)).Count == 1, "a message");
        (await pipeline.MailboxAsync(old.UserId))[0].ShouldContain("order.failed");
    }

    /// <summary>A promise that comes late, after its bucket was rebuilt without it, is kept as long as there is a unit: once, however often it is delivered.</summary>
    [Fact]
    public async Task ReservedInAFormerEpoch_UnitLeft_BecomesAnOrderOfThisOne()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);
        await LiveInEpochTwoAsync(pipeline);
        await pipeline.RedisClient.Database.StringSetAsync(pipeline.Keys.Stock, 4);
        ReservationMessage old = pipeline.Reserve("early", epoch: 1);
        await pipeline.ProduceAsync([old, old]);

        await pipeline.StartWorkerAsync();
        await pipeline.StoredAsync(1);

        (await pipeline.FindAsync(old.OrderId))!.Status.ShouldBe(OrderStatus.PendingPayment);
        (await pipeline.SoldAsync()).ShouldBe(1);
        (await pipeline.RedisClient.Database.StringGetAsync(pipeline.Keys.Stock)).ShouldBe(3);
        (await pipeline.Stock.FindHeldAsync(pipeline.Bucket, old.UserId)).ShouldBe([old.OrderId]);
    }

    /// <summary>Long after a sale nobody watches its buckets: what is replayed then must not wait for a recovery that never comes.</summary>
    [Fact]
    public async Task ReservedInAFormerEpoch_BucketLostAndNobodyWatches_IsWrittenUnderTheGuardAlone()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);
        await LiveInEpochTwoAsync(pipeline);
        await pipeline.RedisClient.Database.KeyDeleteAsync([pipeline.Keys.Stock, pipeline.Keys.Meta, pipeline.Keys.Buyers]);

        await OldReservationIsWrittenAsync(pipeline);
    }

    /// <summary>A second recovery that drains must not wait for a reservation that waits for it.</summary>
    [Fact]
    public async Task ReservedInAFormerEpoch_WhileARecoveryDrains_IsWrittenUnderTheGuardAlone()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);
        await LiveInEpochTwoAsync(pipeline);
        await pipeline.RedisClient.Database.HashSetAsync(pipeline.Keys.Meta, "fence", 3);

        await OldReservationIsWrittenAsync(pipeline);
    }

    [Fact]
    public async Task OrderIdOfSomebodyElsesOrder_LoudAndTheOthersAreStored()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 100);
        IReadOnlyList<ReservationMessage> reservations = pipeline.Reserve(20);
        await pipeline.ProduceAsync(reservations);
        await pipeline.StartWorkerAsync(relay: false);
        await pipeline.StoredAsync(20);

        // Another user of the same shard with an id that is taken: what two holders of one worker id would make.
        ReservationMessage taken = reservations[3];
        string twin = Enumerable.Range(0, 10_000).Select(i => $"twin-{i}").First(name => UserShard.Of(new UserId(name)) == UserShard.Of(taken.UserId));
        ReservationMessage clash = taken with { UserId = new UserId(twin) };
        ReservationMessage healthy = pipeline.Reserve("healthy");
        await pipeline.ProduceAsync([clash, healthy]);
        await pipeline.StoredAsync(21);

        await Pipeline.EventuallyAsync(async () => (await pipeline.MailboxAsync(clash.UserId)).Count == 1, "the loser's message");
        (await pipeline.MailboxAsync(clash.UserId))[0].ShouldContain("order.failed");
        (await pipeline.FindAsync(taken.OrderId))!.User.ShouldBe(taken.UserId);
        (await pipeline.SoldAsync()).ShouldBe(21);
        TopicReader.Read(pipeline, KafkaTopics.DeadLetters, 1).ShouldHaveSingleItem().Error.ShouldBe(OrderFailure.IdClash);
    }

    [Fact]
    public async Task TwoReservationsForOneSlot_TheSecondFails()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);
        ReservationMessage first = pipeline.Reserve("greedy");
        ReservationMessage second = pipeline.Reserve("greedy");
        await pipeline.ProduceAsync([first, second]);

        await pipeline.StartWorkerAsync(relay: false);
        await pipeline.StoredAsync(2);

        (await pipeline.FindAsync(first.OrderId))!.Status.ShouldBe(OrderStatus.PendingPayment);
        (await pipeline.FindAsync(second.OrderId))!.Reason.ShouldBe(OrderFailure.SlotTaken);
        (await pipeline.SoldAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task MariaDbKilledInTheMiddle_AllStoredAndNothingDeadLettered()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 5_000);
        IReadOnlyList<ReservationMessage> reservations = pipeline.Reserve(5_000);
        IHost worker = await pipeline.StartWorkerAsync();
        int kills = 0;
        // Exactly between a commit and its push, once: the server dies with work in every stage.
        worker.Services.GetRequiredService<FaultPoints>().Arm(FaultPoint.AfterCommitBeforePush, async () =>
        {
            if (Interlocked.Increment(ref kills) == 1)
            {
                await pipeline.MariaDb.KillAsync();
            }
        });
        await pipeline.FillOutboxAsync(reservations);
        await Pipeline.EventuallyAsync(() => Task.FromResult(!pipeline.MariaDb.IsRunning), "the kill");
        await pipeline.MariaDb.StartAsync(TestContext.Current.CancellationToken);

        await pipeline.StoredAsync(5_000);
        await CaughtUpAsync(pipeline);

        (await pipeline.CountAsync("status = 'pending-payment'")).ShouldBe(5_000);
        (await pipeline.SoldAsync()).ShouldBe(5_000);
        TopicReader.Read(pipeline, KafkaTopics.DeadLetters, 0).ShouldBeEmpty();
    }

    [Fact]
    public async Task IntakeFailsAfterTheCommit_RedeliveryChangesNothingAndTellsEveryone()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 100);
        IReadOnlyList<ReservationMessage> reservations = pipeline.Reserve(100);
        IHost worker = await pipeline.StartWorkerAsync(relay: false);
        int failures = 0;
        worker.Services.GetRequiredService<FaultPoints>().Arm(FaultPoint.AfterCommitBeforePush, () =>
            Interlocked.Increment(ref failures) == 1 ? throw new InvalidOperationException("crash") : Task.CompletedTask);
        await pipeline.ProduceAsync(reservations);

        await Pipeline.EventuallyAsync(async () => (await Task.WhenAll(reservations.Select(one => pipeline.MailboxAsync(one.UserId)))).All(box => box.Count == 1), "all told");

        failures.ShouldBeGreaterThan(1);
        (await pipeline.CountAsync("1 = 1")).ShouldBe(100);
        (await pipeline.SoldAsync()).ShouldBe(100);
    }

    [Fact]
    public async Task MessageNobodyCanRead_PutAsideAndTheNextOneIsStored()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);
        ReservationMessage good = pipeline.Reserve("good");
        KafkaRecord record = pipeline.Encode(good);
        await pipeline.Producer.ProduceAsync(
            [record with { Value = "{"u8.ToArray() }, record with { Headers = [new(MessageHeaders.Type, "reservation.v9")] }, record], CancellationToken.None);

        await pipeline.StartWorkerAsync(relay: false);
        await pipeline.StoredAsync(1);

        TopicReader.Read(pipeline, KafkaTopics.Unroutable, 2).Select(one => one.Error).ShouldContain("unknown type 'reservation.v9'");
        (await pipeline.FindAsync(good.OrderId)).ShouldNotBeNull();
    }

    [Fact]
    public async Task ReservationNobodySigned_OrSignedForAnother_DeadLetterAndNothingElse()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);
        ReservationMessage good = pipeline.Reserve("good");
        ReservationMessage victim = pipeline.Reserve("victim");
        await pipeline.FillOutboxAsync([good, victim]);
        string stolen = pipeline.Receipts.Sign(victim).Receipt!;
        ReservationMessage mallory = pipeline.Reserve("mallory");
        ReservationMessage[] forgeries =
        [
            victim with { Receipt = null },               // somebody else's real order, unsigned: its unit must not go back
            mallory with { Receipt = stolen },            // another's receipt
            mallory with { Receipt = "made.up" },
            pipeline.Receipts.Sign(victim) with { Epoch = 2 },
        ];
        await pipeline.Producer.ProduceAsync([.. forgeries.Select(ReservationCodec.Encode)], CancellationToken.None);

        await pipeline.StartWorkerAsync();
        await pipeline.StoredAsync(2);
        IReadOnlyList<Message<byte[]?, byte[]>> letters = TopicReader.ReadMessages(pipeline, KafkaTopics.DeadLetters, forgeries.Length);

        letters.Select(letter => MessageHeaders.Read(letter.Headers, MessageHeaders.Cause)).Order()
            .ShouldBe([ReservationReceipts.Forged, ReservationReceipts.Forged, ReservationReceipts.Forged, ReservationReceipts.Missing]);
        await CaughtUpAsync(pipeline);
        (await pipeline.CountAsync("1 = 1")).ShouldBe(2);
        (await pipeline.CountAsync("user_id = 'mallory'")).ShouldBe(0);
        (await pipeline.RedisClient.Database.StringGetAsync(pipeline.Keys.Stock)).ShouldBe(0, "no unit went back");
        (await pipeline.RedisClient.Database.HashExistsAsync(pipeline.Keys.Buyers, "victim")).ShouldBeTrue();
        (await pipeline.MailboxAsync(victim.UserId)).ShouldHaveSingleItem().ShouldContain("order.created");
        (await pipeline.MailboxAsync(mallory.UserId)).ShouldBeEmpty();
    }

    private static async Task OldReservationIsWrittenAsync(Pipeline pipeline)
    {
        ReservationMessage old = pipeline.Reserve("early", epoch: 1);
        await pipeline.ProduceAsync([old]);

        await pipeline.StartWorkerAsync(relay: false);
        await pipeline.StoredAsync(1);

        (await pipeline.FindAsync(old.OrderId))!.Status.ShouldBe(OrderStatus.PendingPayment);
        (await pipeline.SoldAsync()).ShouldBe(1);
    }

    // Nothing is left that could still change the tables: every message's offset is committed.
    private static Task CaughtUpAsync(Pipeline pipeline) => Pipeline.EventuallyAsync(
        async () => await pipeline.OutboxLengthAsync() == 0 && await pipeline.RedisClient.Database.HashGetAsync(PipelineGauges.Key, "consumerLag") == 0, "no lag");

    private static async Task LiveInEpochTwoAsync(Pipeline pipeline)
    {
        await pipeline.ExecuteAsync("UPDATE stock_guard SET epoch = 2");
        await pipeline.RedisClient.Database.HashSetAsync(pipeline.Keys.Meta, "epoch", 2);
    }
}
