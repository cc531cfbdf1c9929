using Seckill.Core.Orders;
using Seckill.Core.Payments;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Payments;

/// <summary>Goal: whoever meets at one order, exactly one of them changes it, and everything that hangs on it agrees. Method: eight threads at once, over real MySQL.</summary>
public sealed class PaymentRaceTests
{
    private const int Orders = 60;

    [Fact]
    public async Task FourPaymentsAgainstFourDeadlines_OneWins_AndTheGuardCountsOnce()
    {
        await using Till till = await Till.StartAsync(Orders);
        IReadOnlyList<Order> orders = await till.SellAsync([.. Enumerable.Range(0, Orders).Select(i => $"racer-{i}")]);
        List<Payment> payments = [];
        foreach (Order order in orders)
        {
            payments.Add(await till.CapturedAsync(order));
        }

        await till.LetTimePassAsync();
        int cancelled = 0;

        for (int i = 0; i < Orders; i++)
        {
            (Order order, Payment payment) = (orders[i], payments[i]);
            using Barrier start = new(8);
            await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Factory.StartNew(
                async () =>
                {
                    start.SignalAndWait();
                    if (thread % 2 == 0)
                    {
                        await till.SettleAsync(payment);
                    }
                    else
                    {
                        Interlocked.Add(ref cancelled, await till.Unpaid.CancelAsync([order.Id]));
                    }
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
        }

        long paid = await till.Pipeline.CountAsync("status = 'paid' AND slot IS NOT NULL");
        (await till.Pipeline.CountAsync("status = 'cancelled' AND slot IS NULL AND reason = 'payment-deadline'")).ShouldBe(cancelled);
        (paid + cancelled).ShouldBe(Orders);
        (await till.Pipeline.SoldAsync()).ShouldBe((int)paid);
        (await till.Pipeline.ScalarAsync<long>("SELECT COUNT(*) FROM payments p JOIN orders o USING (order_id) WHERE (p.state = 'confirmed') = (o.status = 'paid')")).ShouldBe(Orders);
        (await till.Pipeline.ScalarAsync<long>("SELECT COUNT(*) FROM payments WHERE state = 'refunding'")).ShouldBe(cancelled);
        (await till.Pipeline.ScalarAsync<long>("SELECT COUNT(*) FROM order_outbox")).ShouldBe(2 * Orders, "one change, two kinds of work");
    }

    [Fact]
    public async Task OneEventDeliveredEightTimesAtOnce_TakenOnce()
    {
        await using Till till = await Till.StartAsync(5);
        Payment payment = await till.AuthorizingAsync(await till.SellOneAsync("buyer"));
        GatewayReport report = new(payment.Id, GatewayState.Captured, payment.Amount, "ref", null);

        ReportVerdict[] verdicts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => till.Payments.TakeReportAsync(report, "event-1", CancellationToken.None)));

        verdicts.Count(verdict => verdict == ReportVerdict.Taken).ShouldBe(1);
        verdicts.Count(verdict => verdict == ReportVerdict.Replayed).ShouldBe(7);
        (await till.StateAsync(payment)).ShouldBe(PaymentState.Captured);
    }

    [Fact]
    public async Task OneKeyPressedEightTimesAtOnce_OnePayment()
    {
        await using Till till = await Till.StartAsync(5);
        Order order = await till.SellOneAsync("buyer");
        Order other = await till.SellOneAsync("buyer-2");

        (PaymentStart Start, Payment? Payment)[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => till.BeginAsync(order, "pressed")));

        answers.Count(answer => answer.Start == PaymentStart.Started).ShouldBe(1);
        answers.Select(answer => answer.Payment.ShouldNotBeNull().Id).Distinct().ShouldHaveSingleItem();
        (await till.BeginAsync(order, "another")).ShouldBe((PaymentStart.InProgress, null));
        (await till.BeginAsync(other, "pressed")).Start.ShouldBe(PaymentStart.Started, "a key is its user's own");
        (await till.BeginAsync(other with { User = order.User }, "pressed")).ShouldBe((PaymentStart.KeyUsedElsewhere, null));
    }

    [Fact]
    public async Task DeadlineThatComesEarly_CancelsNothing()
    {
        await using Till till = await Till.StartAsync(5);
        Order order = await till.SellOneAsync("in-time");

        (await till.Unpaid.CancelAsync([order.Id])).ShouldBe(0);

        (await till.StatusAsync(order)).ShouldBe(OrderStatus.PendingPayment);
        (await till.Pipeline.SoldAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task WaysThatTheLifecycleDoesNotKnow_AreRefusedBeforeSql()
    {
        await using Till till = await Till.StartAsync(5);
        Payment payment = await till.CapturedAsync(await till.SellOneAsync("buyer"));

        await Should.ThrowAsync<ArgumentException>(() => till.Payments.TryMoveAsync(payment, PaymentState.Declined, null, null, CancellationToken.None));

        (await till.StateAsync(payment)).ShouldBe(PaymentState.Captured);
    }
}
