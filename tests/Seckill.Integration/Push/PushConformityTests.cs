using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Push.Hub.Delivery;
using Seckill.Core.Ids;
using Seckill.Core.Orders;
using Seckill.Core.Push;
using Seckill.Core.Push.Messages;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Core.WaitingRooms;
using Seckill.Integration.Orders;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Push;

/// <summary>
/// Goal: what the engine really sends is what the registry says. Method: every producer at work on real servers; mailboxes and the hub's channel are read as bytes, and each envelope is held against its
/// type's schema, priority and time to live. A type that nobody sent fails the test.
/// </summary>
public sealed class PushConformityTests
{
    private static readonly UserId Alice = new("alice");

    private Sale? _sale;

    [Fact]
    public async Task EveryTypeThatTheEngineSends_IsAsTheRegistrySays()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 1);
        ConcurrentQueue<JsonElement> live = new();
        using ConnectionMultiplexer ears = await RedisConnection.OpenMultiplexerAsync(pipeline.Redis.Endpoint, "ears", ordered: true);
        await ears.GetSubscriber().SubscribeAsync(BackplaneChannels.Push.All, (_, bytes) =>
        {
            if (BackplaneCodec.TryDecode((byte[])bytes!, out BackplaneMessage? message) && message!.Payloads.Count > 0)
            {
                live.Enqueue(JsonElement.Parse(Encoding.UTF8.GetString(message.Payloads[0].Value.Span).TrimEnd('\u001e')).GetProperty("arguments")[0][0]);
            }
        });

        await TellOrdersAsync(pipeline);
        await TellWatchersAsync(pipeline, live);
        List<JsonElement> sent = [.. await StoredAsync(pipeline, "user-0"), .. await StoredAsync(pipeline, "user-1"), .. await StoredAsync(pipeline, Alice.Value), .. live];
        MailboxPage page = await pipeline.Mailboxes.ReadAsync(Alice, MailboxPosition.Start);
        sent.Add(Envelope(ResumeAnswer.Of(page).ToEntry(TimeProvider.System.GetUtcNow()).Body));

        sent.Select(one => one.GetProperty("type").GetString()).Distinct().ShouldBe(PushMessageTypes.All.Where(type => !type.IsFromOperators).Select(type => type.Name), ignoreOrder: true);
        foreach (JsonElement envelope in sent)
        {
            PushMessageTypes.TryFind(envelope.GetProperty("type").GetString(), out PushMessageType? type).ShouldBeTrue();
            type!.Schema.Check(envelope.GetProperty("payload")).ShouldBeEmpty(envelope.ToString());
            envelope.GetProperty("ttl").GetInt64().ShouldBe((long)type.Ttl.TotalSeconds, type.Name);
            envelope.GetProperty("priority").GetString().ShouldBe(type.Priority == PushPriority.High ? "high" : "normal", type.Name);
        }

        // What is kept for those who begin to watch.
        IEnumerable<string> kept = (await pipeline.RedisClient.RunAsync(db => db.HashKeysAsync(SaleBroadcaster.LatestKey(_sale!.Id)))).Select(name => name.ToString());
        kept.ShouldBe(PushMessageTypes.All.Where(type => type.KeepsLatest).Select(type => type.Name), ignoreOrder: true);
    }

    /// <summary>One unit, two reservations: an order and a failed one from the intake; then what may become of an order.</summary>
    private static async Task TellOrdersAsync(Pipeline pipeline)
    {
        await pipeline.ProduceAsync(pipeline.Reserve(2));
        await pipeline.StartWorkerAsync(relay: false);
        await Pipeline.EventuallyAsync(
            async () => (await pipeline.MailboxAsync(new UserId("user-0"))).Count + (await pipeline.MailboxAsync(new UserId("user-1"))).Count == 2, "both told");

        OrderSettler settler = new(pipeline.Stock, pipeline.Mailboxes);
        await settler.SettleAsync(
        [
            Change(OrderStatus.Paid, null), Change(OrderStatus.Cancelled, OrderCancellation.PaymentDeadline), Change(OrderStatus.Refunded, OrderCancellation.LatePayment),
            Change(OrderStatus.Failed, OrderFailure.SlotTaken),
        ]);

        OrderChange Change(OrderStatus status, string? reason) =>
            new(1, pipeline.NewOrder(Alice.Value), pipeline.Bucket, Alice, 199.90m, status, reason, TimeProvider.System.GetUtcNow());
    }

    private async Task TellWatchersAsync(Pipeline pipeline, ConcurrentQueue<JsonElement> live)
    {
        IHost host = await pipeline.StartWorkerAsync((services, configuration) => services.AddSales().AddHostedService<StockHintPublisher>().AddWaitingRoomProgress(configuration));
        SaleDirector director = host.Services.GetRequiredService<SaleDirector>();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        CancellationToken stop = TestContext.Current.CancellationToken;
        NewSale draft = new("Sale", new SaleWindow(now.AddMinutes(-1), now.AddHours(1)), [new SaleItem(Pipeline.Sku, "Phone", 9.90m, 5, 1)], Eligible: null)
        {
            Admission = new SaleAdmission { GrabToken = GrabTokenMode.Required, WaitingRoom = new SaleWaitingRoom(10, 100) },
        };
        await Pipeline.EventuallyAsync(
            async () =>
            {
                try
                {
                    _sale = await director.CreateAsync(draft, stop: stop);
                    return true;
                }
                catch (IdsUnavailableException)
                {
                    return false; // The lease of the worker id is still on its way.
                }
            },
            "a sale");
        await HeardAsync(PushTypes.SaleStock);
        await host.Services.GetRequiredService<RoomStore>().VisitAsync(_sale!.Id, draft.Admission.WaitingRoom!, RoomAsk.Join, Alice);
        await HeardAsync(PushTypes.RoomProgress);

        StockBucket bucket = _sale.BucketOf(_sale.Items[0]);
        OrderId order = pipeline.NewOrder(Alice.Value);
        await pipeline.Stock.GrabAsync(bucket, new[] { new StockGrab(Alice, order) }, expectedEpoch: 0, minVersion: 0);
        await Pipeline.EventuallyAsync(() => Task.FromResult(Left() == 4), "four left");
        await pipeline.Stock.ReleaseAsync(bucket, Alice, order);
        await HeardAsync(PushTypes.UnitsReturned);
        await director.SetStateAsync(_sale.Id, SaleState.Closed, stop: stop);
        await HeardAsync(PushTypes.SaleState);

        Task HeardAsync(string type) => Pipeline.EventuallyAsync(() => Task.FromResult(live.Any(one => one.GetProperty("type").GetString() == type)), type);

        long Left() => live.Where(one => one.GetProperty("type").GetString() == PushTypes.SaleStock && one.GetProperty("payload").GetProperty("saleId").GetString() == _sale!.Id.ToString())
            .Select(one => one.GetProperty("payload").GetProperty("items")[0].GetProperty("left").GetInt64()).LastOrDefault(-1);
    }

    private static async Task<IEnumerable<JsonElement>> StoredAsync(Pipeline pipeline, string user) =>
        (await pipeline.Mailboxes.ReadAsync(new UserId(user), MailboxPosition.Start)).Entries.Select(entry => Envelope(entry.Body));

    private static JsonElement Envelope(ReadOnlyMemory<byte> body) => JsonElement.Parse($"{{{Encoding.UTF8.GetString(body.Span)}");
}
