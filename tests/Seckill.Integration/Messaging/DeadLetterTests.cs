using Seckill.Core.DeadLetters;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Seckill.Core.Stock;
using Seckill.Integration.Orders;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Messaging;

/// <summary>From a poisoned reservation to an operator's decision and back.</summary>
public sealed class DeadLetterTests
{
    [Fact]
    public async Task DeadLetterReplayedAfterTheCauseIsMended_ItsUnitIsReservedAgainAndTheOrderStands()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);
        ReservationMessage poison = pipeline.Reserve("poison-1");
        await RefuseAsync(pipeline);
        await pipeline.FillOutboxAsync([poison]);
        await pipeline.StartWorkerAsync(deadLetters: true);
        DeadLetter letter = await LetterAsync(pipeline);
        letter.Cause.ShouldBe(OrderFailure.InvalidData);
        letter.Order.ShouldBe(poison.OrderId);
        letter.Origin.ShouldStartWith("seckill.reservations/");
        (await pipeline.RedisClient.Database.StringGetAsync(pipeline.Keys.Stock)).ShouldBe(1, "its unit went back");
        await AllowAsync(pipeline);

        (await pipeline.DeadLetters.ReplayAsync(letter.Id, "boss", stop: Stop)).ShouldBe(DecisionOutcome.Taken);
        (await pipeline.DeadLetters.ReplayAsync(letter.Id, "boss", stop: Stop)).ShouldBe(DecisionOutcome.DecidedBefore, "a second click");

        await pipeline.StoredAsync(1);
        (await pipeline.FindAsync(poison.OrderId)).ShouldNotBeNull().Status.ShouldBe(OrderStatus.PendingPayment);
        (await pipeline.RedisClient.Database.StringGetAsync(pipeline.Keys.Stock)).ShouldBe(0, "its unit is taken again");
        await Pipeline.EventuallyAsync(async () => (await pipeline.DeadLetters.FindAsync(letter.Id, Stop))!.Status == DeadLetterStatus.Replayed, "the letter marked");
        (await pipeline.DeadLetters.ListAsync(new DeadLetterFilter(), Stop)).ShouldBeEmpty();
        (await pipeline.ScalarAsync<string>("SELECT CONCAT(action, ' ', decided_by, ' ', result) FROM dead_letter_decisions")).ShouldBe("replay boss replayed");
    }

    /// <summary>The unit that a replay gives anew goes through an outbox of which no relay has known for long. Only this worker relays, and it has never seen the bucket listed.</summary>
    [Fact]
    public async Task DeadLetterReplayedAfterItsBucketHasLeftTheDirectory_TheOrderStands()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);
        await pipeline.WarmAsync();
        await pipeline.RedisClient.Database.SetRemoveAsync(StockKeys.Directory, pipeline.Bucket.ToString());
        await RefuseAsync(pipeline);
        ReservationMessage poison = pipeline.Reserve("poison-1");
        await pipeline.ProduceAsync([poison]);
        await pipeline.StartWorkerAsync(deadLetters: true);
        DeadLetter letter = await LetterAsync(pipeline);
        await AllowAsync(pipeline);

        await pipeline.DeadLetters.ReplayAsync(letter.Id, "boss", stop: Stop);

        await pipeline.StoredAsync(1);
        (await pipeline.FindAsync(poison.OrderId)).ShouldNotBeNull().Status.ShouldBe(OrderStatus.PendingPayment);
    }

    [Fact]
    public async Task UnitGoneMeanwhile_TheReplayIsRefusedWithTheReasonAndTheLetterIsOpenAgain()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);
        await RefuseAsync(pipeline);
        await pipeline.FillOutboxAsync([pipeline.Reserve("poison-1")]);
        await pipeline.StartWorkerAsync(deadLetters: true);
        DeadLetter letter = await LetterAsync(pipeline);
        await pipeline.RedisClient.Database.StringSetAsync(pipeline.Keys.Stock, 0);

        await pipeline.DeadLetters.ReplayAsync(letter.Id, "boss", stop: Stop);

        await Pipeline.EventuallyAsync(async () => (await pipeline.DeadLetters.FindAsync(letter.Id, Stop))!.Status == DeadLetterStatus.Open, "the letter open again");
        (await pipeline.DeadLetters.FindAsync(letter.Id, Stop))!.Note.ShouldNotBeNull().ShouldContain("no unit is left");
        (await pipeline.DeadLetters.DiscardAsync(letter.Id, "boss", stop: Stop)).ShouldBe(DecisionOutcome.Taken);
        (await pipeline.DeadLetters.ReplayAsync(letter.Id, "boss", stop: Stop)).ShouldBe(DecisionOutcome.DecidedBefore);
        (await pipeline.DeadLetters.DiscardAsync(letter.Id + 1, "boss", stop: Stop)).ShouldBe(DecisionOutcome.Unknown);
        (await pipeline.DeadLetters.ListAsync(new DeadLetterFilter { Status = DeadLetterStatus.Discarded, Order = letter.Order }, Stop)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task UnroutableMessageReplayed_StandsOnItsTopicAsItWas()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);
        KafkaRecord future = ReservationCodec.Encode(pipeline.Reserve("future"));
        await pipeline.Producer.ProduceAsync(
            [future with { Headers = [new(MessageHeaders.Type, "reservation.v9"), new(MessageHeaders.TraceParent, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")] }], Stop);
        await pipeline.StartWorkerAsync(relay: false, deadLetters: true);
        DeadLetter letter = await LetterAsync(pipeline);
        letter.Topic.ShouldBe(DeadLetterStore.Unroutable);
        letter.Error.ShouldContain("reservation.v9");

        await pipeline.DeadLetters.ReplayAsync(letter.Id, "boss", stop: Stop);

        // It is as unroutable as before, so it comes back as a letter of its own.
        DeadLetter? again = null;
        await Pipeline.EventuallyAsync(async () => (again = (await pipeline.DeadLetters.ListAsync(new DeadLetterFilter(), Stop)).SingleOrDefault(one => one.Id != letter.Id)) is not null, "the second letter");
        again!.Message.Value.ShouldBe(letter.Message.Value);
        again.Message.Headers.ShouldBe([.. letter.Message.Headers, new(MessageHeaders.ReplayedFrom, $"{letter.Id}")]);
    }

    /// <summary>With the headers that tell of its fate it would be more than a broker takes: put aside whole, it would hold up its partition for good.</summary>
    [Fact]
    public async Task JunkAsLongAsABrokerTakes_PutAsideCut_TheNextMessageIsStoredAndAReplayRefused()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);
        KafkaRecord good = pipeline.Encode(pipeline.Reserve("good"));
        await pipeline.Producer.ProduceAsync([good with { Value = new byte[999_000], Headers = [new("noise", new string('n', 500))] }, good], Stop);

        await pipeline.StartWorkerAsync(relay: false, deadLetters: true);

        await pipeline.StoredAsync(1);
        DeadLetter letter = await LetterAsync(pipeline);
        letter.Topic.ShouldBe(DeadLetterStore.Unroutable);
        letter.Message.Value.Length.ShouldBe(SetAside.MaxValue);
        letter.Message.Headers.ShouldContain(new KeyValuePair<string, string>(MessageHeaders.CutFrom, "999000"));

        await pipeline.DeadLetters.ReplayAsync(letter.Id, "boss", stop: Stop);

        await Pipeline.EventuallyAsync(async () => (await pipeline.DeadLetters.FindAsync(letter.Id, Stop))!.Note is not null, "the refusal");
        (await pipeline.DeadLetters.FindAsync(letter.Id, Stop))!.Note.ShouldNotBeNull().ShouldContain("too long");
    }

    /// <summary>A replay gives a unit away: what somebody made up must not get one because an operator trusted it.</summary>
    [Fact]
    public async Task ForgedReservationReplayed_RefusedAndNoUnitTaken()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);
        await pipeline.Producer.ProduceAsync([ReservationCodec.Encode(pipeline.Reserve("mallory") with { Receipt = "made.up" })], Stop);
        await pipeline.StartWorkerAsync(relay: false, deadLetters: true);
        DeadLetter letter = await LetterAsync(pipeline);
        StackExchange.Redis.RedisValue left = await pipeline.RedisClient.Database.StringGetAsync(pipeline.Keys.Stock);

        await pipeline.DeadLetters.ReplayAsync(letter.Id, "boss", stop: Stop);

        await Pipeline.EventuallyAsync(async () => (await pipeline.DeadLetters.FindAsync(letter.Id, Stop))!.Note is not null, "the refusal");
        (await pipeline.DeadLetters.FindAsync(letter.Id, Stop))!.Note.ShouldNotBeNull().ShouldContain("not reserved by us");
        (await pipeline.RedisClient.Database.StringGetAsync(pipeline.Keys.Stock)).ShouldBe(left);
        (await pipeline.CountAsync("1 = 1")).ShouldBe(0);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static async Task<DeadLetter> LetterAsync(Pipeline pipeline)
    {
        IReadOnlyList<DeadLetter> letters = [];
        await Pipeline.EventuallyAsync(async () => (letters = await pipeline.DeadLetters.ListAsync(new DeadLetterFilter(), Stop)).Count == 1, "a letter");
        return letters[0];
    }

    private static async Task RefuseAsync(Pipeline pipeline)
    {
        for (int table = 0; table < OrderTables.Count; table++)
        {
            await pipeline.ExecuteAsync(
                $"CREATE TRIGGER refuse_{table} BEFORE INSERT ON {OrderTables.Name(table)} FOR EACH ROW BEGIN "
                + "IF NEW.user_id LIKE 'poison-%' THEN SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1406, MESSAGE_TEXT = 'raised by a test'; END IF; END");
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
