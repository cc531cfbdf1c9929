using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Seckill.Core.Payments;
using Seckill.Integration.Orders;
using Shouldly;
using StackExchange.Redis;
using Order = Seckill.Core.Orders.Order;

namespace Seckill.Integration.Payments;

/// <summary>Orders that await payment, on real servers, and the parts that decide about them. No worker runs unless a test starts one.</summary>
internal sealed class Till : IAsyncDisposable
{
    private readonly IHost _parts;
    private readonly SnowflakeIds _ids = new(new OneWorker(), TimeProvider.System);

    private Till(Pipeline pipeline, IHost parts) => (Pipeline, _parts) = (pipeline, parts);

    public Pipeline Pipeline { get; }

    public PaymentStore Payments => _parts.Services.GetRequiredService<PaymentStore>();

    public UnpaidOrders Unpaid => _parts.Services.GetRequiredService<UnpaidOrders>();

    public PaymentCallbacks Callbacks => _parts.Services.GetRequiredService<PaymentCallbacks>();

    public CallbackSignature Signature => _parts.Services.GetRequiredService<CallbackSignature>();

    /// <summary>Starts the servers, with steps and polls that come quickly; callbacks lead nowhere unless <paramref name="further"/> says otherwise.</summary>
    public static async Task<Till> StartAsync(int units, params (string Key, string Value)[] further)
    {
        Dictionary<string, string?> settings = new()
        {
            ["Seckill:PaymentCallbacks:Keys:0:Id"] = "till",
            ["Seckill:PaymentCallbacks:Keys:0:Secret"] = "a secret that only these tests know, and long enough",
            ["Seckill:Payments:StepLease"] = "00:00:02",
            ["Seckill:Payments:FirstPollPause"] = "00:00:00.200",
            ["Seckill:Payments:MaxPollPause"] = "00:00:01",
            ["Seckill:Payments:IdlePollMs"] = "20",
            ["Seckill:Payments:SweepInterval"] = "00:00:00.200",
            ["Seckill:Payments:SweepGrace"] = "00:00:00",
            ["Seckill:PaymentSandbox:Latency"] = "00:00:00.050",
        };
        foreach ((string key, string value) in further)
        {
            settings[key] = value;
        }

        Pipeline pipeline = await Pipeline.StartAsync(units, settings);
        // Built but never started: only what is asked from it runs.
        IHost parts = pipeline.BuildHost((services, configuration) =>
        {
            services.AddPayments(configuration);
            services.AddOrderIntake(configuration);
            services.AddPaymentDeadlines(configuration);
        });
        await pipeline.RedisClient.Database.StringSetAsync(pipeline.Keys.Stock, units);
        return new Till(pipeline, parts);
    }

    /// <summary>Writes orders as the intake does, without Kafka, and holds their units in Redis.</summary>
    public async Task<IReadOnlyList<Order>> SellAsync(params string[] users)
    {
        ReservationMessage[] reservations = [.. users.Select(user => Pipeline.Reserve(user))];
        IDatabase db = Pipeline.RedisClient.Database;
        await db.StringDecrementAsync(Pipeline.Keys.Stock, users.Length);
        await db.HashSetAsync(Pipeline.Keys.Buyers, [.. reservations.Select(one => new HashEntry(one.UserId.Value, $"{one.Slot}={one.OrderId}"))]);
        OrderWriter writer = _parts.Services.GetRequiredService<OrderWriter>();
        foreach (IGrouping<int, ReservationMessage> table in reservations.GroupBy(one => OrderTables.Of(one.OrderId)))
        {
            (await writer.WriteAsync(table.Key, [.. table], failure: null, CancellationToken.None)).ShouldAllBe(outcome => outcome.Verdict == IntakeVerdict.Created);
        }

        // One after another: sixty connections opened at once have been seen to take longer than a handshake may, on a machine that does other things as well.
        List<Order> orders = [];
        foreach (ReservationMessage reservation in reservations)
        {
            orders.Add((await Pipeline.FindAsync(reservation.OrderId)).ShouldNotBeNull());
        }

        return orders;
    }

    public async Task<Order> SellOneAsync(string user) => (await SellAsync(user)).Single();

    public Task<(PaymentStart Start, Payment? Payment)> BeginAsync(Order order, string key, string? wishes = null) =>
        Payments.BeginAsync(new PaymentId(_ids.Next(UserShard.Of(order.User))), order, key, wishes);

    /// <summary>Begins a payment and marks it as being charged, as the saga does before it asks the gateway.</summary>
    public async Task<Payment> AuthorizingAsync(Order order, string key = "key")
    {
        Payment payment = (await BeginAsync(order, key)).Payment.ShouldNotBeNull();
        (await Payments.TryMoveAsync(payment, PaymentState.Authorizing, reason: null, TimeProvider.System.GetUtcNow().AddHours(1), CancellationToken.None)).ShouldBeTrue();
        return payment with { State = PaymentState.Authorizing };
    }

    /// <summary>As above, and the gateway has taken the money.</summary>
    public async Task<Payment> CapturedAsync(Order order, string key = "key")
    {
        Payment payment = await AuthorizingAsync(order, key);
        (await Payments.TakeReportAsync(new GatewayReport(payment.Id, GatewayState.Captured, payment.Amount, "ref", null), eventId: null, CancellationToken.None))
            .ShouldBe(ReportVerdict.Taken);
        return payment with { State = PaymentState.Captured };
    }

    public Task SettleAsync(Payment payment) => Payments.SettleAsync(payment.Id, () => Task.CompletedTask, CancellationToken.None);

    /// <summary>The time to pay is up, for every order.</summary>
    public Task LetTimePassAsync() =>
        Task.WhenAll(Enumerable.Range(0, OrderTables.Count).Select(table => Pipeline.ExecuteAsync($"UPDATE {OrderTables.Name(table)} SET pay_by = '2026-01-01'")));

    public async Task<OrderStatus> StatusAsync(Order order) => (await Pipeline.FindAsync(order.Id)).ShouldNotBeNull().Status;

    public async Task<PaymentState> StateAsync(Payment payment) => (await Payments.FindAsync(payment.Id)).ShouldNotBeNull().State;

    public Task BecomesAsync(Order order, OrderStatus status) => Pipeline.EventuallyAsync(async () => await StatusAsync(order) == status, $"order {status}");

    public Task BecomesAsync(Payment payment, PaymentState state) => Pipeline.EventuallyAsync(async () => await StateAsync(payment) == state, $"payment {state}");

    public async Task<long> LeftAsync() => (long)await Pipeline.RedisClient.Database.StringGetAsync(Pipeline.Keys.Stock);

    public Task<IHost> StartSagaAsync() => Pipeline.StartWorkerAsync((services, configuration) => services.AddPaymentSaga(configuration));

    public Task<IHost> StartOutboxAsync() => Pipeline.StartWorkerAsync((services, configuration) => services.AddOrderOutbox(configuration));

    public async Task OutboxEmptiesAsync() =>
        await Pipeline.EventuallyAsync(async () => await Pipeline.ScalarAsync<long>("SELECT COUNT(*) FROM order_outbox") == 0, "an empty order_outbox");

    public async ValueTask DisposeAsync()
    {
        _parts.Dispose();
        await Pipeline.DisposeAsync();
    }

    private sealed class OneWorker : IWorkerIdSource
    {
        public WorkerIdGrant? Current { get; } = new(9);
    }
}
