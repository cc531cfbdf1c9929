using System.Diagnostics;
using Seckill.Chaos.Stack;
using Seckill.Core.Ids;
using Seckill.Core.Payments;
using Shouldly;
using Xunit;

namespace Seckill.Chaos.Windows;

/// <summary>F9: the payment comes in the very millisecond in which the deadline cancels.</summary>
public sealed class F09_PaymentAgainstDeadline : WindowTest
{
    /// <summary>Orders that are fought over at a time: each has eight contenders, and all of them share the guard row.</summary>
    private const int AtOnce = 2;

    /// <summary>
    /// Goal: an order is either paid and its unit kept, or cancelled, its unit back and its money returned; never both. Method: the gateway has taken the money of orders whose deadline has come. At each, eight contenders
    /// start at one moment: the callback twice, older news of the charge, two Workers that settle payments, and the deadline from its topic, redelivered, and from the sweep. Then outbox and saga run dry, and the books are
    /// read from Redis and MySQL by code that shares nothing with the engine.
    /// </summary>
    [Fact]
    public Task PaymentAndDeadlineInOneMillisecond_NeverPaidAndRestocked() => ProveAsync(async (report, stop) =>
    {
        int count = Scale.Of(usual: 240, full: 100_000);
        await using PaymentMarket market = await PaymentMarket.StartAsync(count, stop);
        (OrderId Order, Payment Payment)[] contested = await market.SellAsync(count, stop);
        long collisions = 0;

        foreach ((OrderId Order, Payment Payment)[] few in contested.Chunk(AtOnce))
        {
            bool[] collided = await Task.WhenAll(few.Select(one => MeetAsync(market, one.Order, one.Payment, stop)));
            collisions += collided.Count(hit => hit);
        }

        await market.RunDryAsync(stop);
        PaymentBooks books = await market.ReadAsync();
        report.Fired("payment and deadline in one millisecond", collisions);
        report.Figure("orders", count);
        report.Figure("paid", books.Paid);
        report.Figure("refunded", books.Refunded);
        report.Figure("paid and restocked", books.PaidAndRestocked);
        books.PaidAndRestocked.ShouldBe(0);
        books.ShouldBe(new PaymentBooks(
            books.Paid, Refunded: count - books.Paid, PaidAndRestocked: 0, HeldUnpaid: 0, KeptMoney: books.Paid, GuardSold: books.Paid, Left: count - books.Paid));
        // A race that one side always wins is none.
        books.Paid.ShouldBeInRange(1, count - 1);
    });

    /// <returns>True when a payment and a deadline set out in the same millisecond.</returns>
    private static async Task<bool> MeetAsync(PaymentMarket market, OrderId order, Payment payment, CancellationToken stop)
    {
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<long>[] payers =
        [
            GoAsync(async () =>
            {
                await market.HearAsync(payment, GatewayState.Captured, stop);
                await market.SettleAsync(payment, stop);
            }),
            GoAsync(() => market.HearAsync(payment, GatewayState.Captured, stop)),
            GoAsync(() => market.HearAsync(payment, GatewayState.Charging, stop)),
            GoAsync(() => market.SettleAsync(payment, stop)),
            GoAsync(() => market.SettleAsync(payment, stop)),
        ];
        Task<long>[] deadlines =
        [
            GoAsync(() => market.CancelAsync(order, stop)), GoAsync(() => market.CancelAsync(order, stop)), GoAsync(() => market.CancelAsync(order, stop)),
        ];
        gate.SetResult();
        long[] paid = await Task.WhenAll(payers);
        long[] cancelled = await Task.WhenAll(deadlines);
        return paid.Any(one => cancelled.Any(other => Math.Abs(one - other) < Stopwatch.Frequency / 1_000));

        async Task<long> GoAsync(Func<Task> act)
        {
            await gate.Task;
            long at = Stopwatch.GetTimestamp();
            await act();
            return at;
        }
    }
}
