using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Diagnostics;
using Seckill.Core.Messaging;
using Seckill.Core.Outbox;
using Seckill.Integration.Orders;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Outbox;

public sealed class OutboxRelayTests
{
    // Idle time alone never hands an entry over within a test.
    private static readonly Dictionary<string, string?> SlowClaims = new() { ["Seckill:Outbox:ClaimAfterMs"] = "600000" };

    [Fact]
    public async Task RelayDiesBetweenProduceAndRemove_AnotherTakesOverAndNothingIsLost()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 100);
        await pipeline.FillOutboxAsync(pipeline.Reserve(100), perEntry: 10);
        IHost first = await pipeline.StartWorkerAsync(intake: false);
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        first.Services.GetRequiredService<FaultPoints>().Arm(FaultPoint.AfterProduceBeforeRemove, async () =>
        {
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, first.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping); // Never comes back: the process is gone.
        });

        await reached.Task.WaitAsync(Pipeline.Patience, TestContext.Current.CancellationToken);
        (await pipeline.OutboxLengthAsync()).ShouldBe(10);
        await pipeline.StartWorkerAsync();
        await Pipeline.EventuallyAsync(async () => await pipeline.OutboxLengthAsync() == 0, "an empty outbox");
        await pipeline.StoredAsync(100);

        (await pipeline.CountAsync("status = 'pending-payment'")).ShouldBe(100);
        TopicReader.Read(pipeline, KafkaTopics.Reservations, 200).Count.ShouldBe(200, "every message was produced twice, or the window was not hit");
    }

    [Fact]
    public async Task EveryBrokerAway_EntriesWaitAndArriveLater()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 50);
        for (int broker = 1; broker <= pipeline.Kafka.Brokers; broker++)
        {
            pipeline.Kafka.SetBrokerDown(broker);
        }

        await pipeline.FillOutboxAsync(pipeline.Reserve(50));
        await pipeline.StartWorkerAsync();
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        (await pipeline.OutboxLengthAsync()).ShouldBe(1);
        for (int broker = 1; broker <= pipeline.Kafka.Brokers; broker++)
        {
            pipeline.Kafka.SetBrokerUp(broker);
        }

        await pipeline.StoredAsync(50);
        await Pipeline.EventuallyAsync(async () => await pipeline.OutboxLengthAsync() == 0, "an empty outbox");
    }

    [Fact]
    public async Task EntryThatIsNoEntry_PutAsideAndTheOthersAreRelayed()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);
        await pipeline.AddEntryAsync("e", 1, "v", 1, "t", 1_800_000_000_000, "p", "not a winner");
        await pipeline.FillOutboxAsync(pipeline.Reserve(10));

        await pipeline.StartWorkerAsync();
        await pipeline.StoredAsync(10);
        await Pipeline.EventuallyAsync(async () => await pipeline.OutboxLengthAsync() == 0, "an empty outbox");

        TopicReader.Read(pipeline, KafkaTopics.Unroutable, 1).ShouldHaveSingleItem().Error.ShouldNotBeNull().ShouldContain("orderId slot userId");
    }

    [Fact]
    public async Task RedisRestartsEmptyMidway_TheRelayMakesItsGroupAnewAndGoesOn()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 100);
        await pipeline.StartWorkerAsync();
        await pipeline.FillOutboxAsync(pipeline.Reserve(10));
        await pipeline.StoredAsync(10);

        await pipeline.Redis.KillAsync();
        await pipeline.Redis.StartAsync(TestContext.Current.CancellationToken);
        await Pipeline.EventuallyAsync(
            async () =>
            {
                await pipeline.FillOutboxAsync([pipeline.Reserve("after")]);
                return true;
            },
            "Redis back");

        await pipeline.StoredAsync(11);
    }

    [Fact]
    public async Task RelayWithoutSignOfLife_ItsEntriesAreTakenOverThoughTheyHaveLainForAMomentOnly()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 100, SlowClaims);
        IDatabase redis = pipeline.RedisClient.Database;
        await pipeline.FillOutboxAsync(pipeline.Reserve(100), perEntry: 5);
        await redis.ExecuteAsync("XGROUP", "CREATE", pipeline.Keys.Outbox, OutboxStream.Group, "0");
        await redis.ExecuteAsync("XREADGROUP", "GROUP", OutboxStream.Group, "dead", "COUNT", 20, "STREAMS", pipeline.Keys.Outbox, ">");
        await redis.SetAddAsync(RelayLiveness.Relays, "dead");

        // Two relays see the death at the same time.
        await pipeline.StartWorkerAsync();
        await pipeline.StartWorkerAsync(intake: false);

        await pipeline.StoredAsync(100);
        await Pipeline.EventuallyAsync(async () => await pipeline.OutboxLengthAsync() == 0, "an empty outbox");
    }

    [Fact]
    public async Task RelayThatShowsLife_KeepsItsEntries()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10, SlowClaims);
        IDatabase redis = pipeline.RedisClient.Database;
        await pipeline.FillOutboxAsync(pipeline.Reserve(10), perEntry: 10);
        await redis.ExecuteAsync("XGROUP", "CREATE", pipeline.Keys.Outbox, OutboxStream.Group, "0");
        await redis.ExecuteAsync("XREADGROUP", "GROUP", OutboxStream.Group, "slow", "COUNT", 20, "STREAMS", pipeline.Keys.Outbox, ">");
        await redis.SetAddAsync(RelayLiveness.Relays, "slow");
        await redis.StringSetAsync(RelayLiveness.KeyOf("slow"), 1);

        await pipeline.StartWorkerAsync();
        await pipeline.AddEntryAsync("e", 1, "v", 1, "t", 1_800_000_000_000, "p", Packed(pipeline.Reserve("other")));
        await pipeline.StoredAsync(1);

        (await pipeline.OutboxLengthAsync()).ShouldBe(1, "the slow relay's entry");
    }

    private static string Packed(ReservationMessage reservation) => $"{reservation.OrderId} {reservation.Slot} {reservation.UserId}";
}
