using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Seckill.Core.Outbox;
using Seckill.Core.Receipts;
using Seckill.Core.Reconciliation;
using Seckill.Integration.Orders;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Security;

/// <summary>
/// Goal: the keys of receipts are changed while reservations are on their way, and none is lost by it. Method: the three steps of docs/security.md, each a worker with the ring of that step; what a
/// relay of one step signs is left in Kafka for the intake of the next.
/// </summary>
public sealed class ReceiptRotationTests
{
    private const string OldKey = "what these tests signed with first, long enough";
    private const string NewKey = "what these tests sign with afterwards, long enough";

    [Fact]
    public async Task RotatedWhileReservationsAreOnTheirWay_NoneIsRefused_UntilTheOldKeyIsGone()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 10);

        // Before: signed under the old key, read by nobody yet.
        await RelayedAsync(pipeline, "before", OldKey);

        // Step 1, the new key last: it is understood and does not sign.
        IHost intake = await IntakeAsync(pipeline, OldKey, NewKey);
        await pipeline.StoredAsync(1);
        await RelayedAsync(pipeline, "added", OldKey, NewKey);
        await pipeline.StoredAsync(2);

        // Step 2, the new key first, node after node: an intake of step 1 reads what is signed under the new one already, and one of step 2 what was signed under the old.
        await RelayedAsync(pipeline, "moved", NewKey, OldKey);
        await pipeline.StoredAsync(3);
        await pipeline.StopAsync(intake);
        await RelayedAsync(pipeline, "straggler", OldKey, NewKey);
        intake = await IntakeAsync(pipeline, NewKey, OldKey);
        await pipeline.StoredAsync(4);
        await pipeline.StopAsync(intake);
        SignedWith(pipeline, 4).Order().ShouldBe(["added: old", "before: old", "moved: new", "straggler: old"]);

        // Step 3, too early: a reservation under the old key is put aside by name, and one under the new key is not.
        await RelayedAsync(pipeline, "late", OldKey);
        await RelayedAsync(pipeline, "after", NewKey);
        intake = await IntakeAsync(pipeline, NewKey);
        await pipeline.StoredAsync(5);
        TopicReader.ReadMessages(pipeline, KafkaTopics.DeadLetters, 1).Select(letter => MessageHeaders.Read(letter.Headers, MessageHeaders.Cause)).ShouldBe([ReservationReceipts.Forged]);
        (await pipeline.CountAsync("user_id = 'late'")).ShouldBe(0);
        (await pipeline.RedisClient.Database.HashExistsAsync(pipeline.Keys.Buyers, "late")).ShouldBeTrue("its unit stays reserved");

        // The way back that docs/receipts.md names: reconciliation signs it anew.
        SaleReconciler reconciler = intake.Services.GetRequiredService<SaleReconciler>();
        await Pipeline.EventuallyAsync(async () => await reconciler.ReconcileAsync(pipeline.Sale, repair: true, "command", TestContext.Current.CancellationToken) is not null &&
            await pipeline.CountAsync("user_id = 'late'") == 1, "the order of the one that was refused");
        (await pipeline.CountAsync("1 = 1")).ShouldBe(6);
    }

    /// <summary>What lies in a buyer's drawer: whoever still has the key can check it, and whoever has not says why not.</summary>
    [Fact]
    public void ReceiptOfAKeyThatWasTakenOut_IsRefusedByName()
    {
        Receipt receipt = new(new(1), new(2), new("phone"), new("alice"), 0, 1, 1);
        string old = Signer(OldKey).Sign(receipt);

        Signer(NewKey, OldKey).Verify(old, out Receipt read).ShouldBe(ReceiptFault.None);
        read.ShouldBe(receipt);
        Signer(NewKey).Verify(old, out _).ShouldBe(ReceiptFault.UnknownKey);
    }

    // A reservation from the outbox into Kafka, by a relay with this ring, which is gone afterwards.
    private static async Task RelayedAsync(Pipeline pipeline, string user, params string[] ring)
    {
        await pipeline.FillOutboxAsync([pipeline.Reserve(user)]);
        IHost relay = await pipeline.StartWorkerAsync((services, configuration) => WithRing(services, ring).AddOutboxRelay(configuration));
        await Pipeline.EventuallyAsync(async () => await pipeline.OutboxLengthAsync() == 0, "an empty outbox");
        await pipeline.StopAsync(relay);
    }

    private static Task<IHost> IntakeAsync(Pipeline pipeline, params string[] ring) =>
        pipeline.StartWorkerAsync((services, configuration) => WithRing(services, ring).AddOrderIntake(configuration));

    private static IServiceCollection WithRing(IServiceCollection services, string[] ring) => services.PostConfigure<ReceiptOptions>(options =>
    {
        options.Keys.Clear();
        Array.ForEach(ring, options.Keys.Add);
    });

    // Who was signed with which key, as it stands in Kafka.
    private static IEnumerable<string> SignedWith(Pipeline pipeline, int messages)
    {
        (ReceiptSigner old, ReceiptSigner next) = (Signer(OldKey), Signer(NewKey));
        foreach (Message<byte[]?, byte[]> message in TopicReader.ReadMessages(pipeline, KafkaTopics.Reservations, messages))
        {
            ReservationMessage reservation = ReservationCodec.Decode(message).Message!;
            bool isOld = old.Verify(reservation.Receipt, out _) == ReceiptFault.None;
            isOld.ShouldNotBe(next.Verify(reservation.Receipt, out _) == ReceiptFault.None);
            yield return $"{reservation.UserId}: {(isOld ? "old" : "new")}";
        }
    }

    private static ReceiptSigner Signer(params string[] ring)
    {
        ReceiptOptions options = new();
        Array.ForEach(ring, options.Keys.Add);
        return new ReceiptSigner(new ReceiptKeys(Options.Create(options)));
    }
}
