using Seckill.Chaos.Audit;
using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;
using Seckill.Local.Faults;
using Shouldly;
using Xunit;

namespace Seckill.Chaos.Windows;

/// <summary>F14: the script has run, and its answer is lost on the way.</summary>
[Trait(Run.Name, Run.Long)]
public sealed class F14_ReplyLost(SharedStack shared) : WindowTest
{
    private const double ArrivalsPerSecond = 100;
    private const double Loss = 0.05;

    /// <summary>
    /// Goal: an unknown outcome is settled by asking again, never by guessing. Method: proxies reset one connection in twenty in place of Redis's answer to a grab, then in place of the Api's. Where users may hold
    /// two units each sends one request only, so that a second unit can only come from a second decrement; where they may hold one they ask until they know, and nobody may leave with "sold out" and an order.
    /// </summary>
    [Fact]
    public Task OneReplyInTwentyLost_NoSecondDecrementAndNoWinnerToldNo() => ProveAsync(async (report, stop) =>
    {
        int users = Scale.Of(usual: 600, full: 20_000);
        ChaosStack stack = await shared.StackAsync(stop);
        await using Crowd crowd = new(stack);

        ChaosSale two = await crowd.CreateSaleAsync("two", users, stop, perUserLimit: 2);
        long lostBefore = stack.RedisProxy.RepliesLost;
        stack.RedisProxy.LoseReplies(Loss, to: $"{two.Id}:{two.Sku}:0}}:stock");
        await AskOnceEachAsync(crowd, two, users, stop);
        stack.RedisProxy.LoseReplies(0);
        report.Fired("Redis replies lost", stack.RedisProxy.RepliesLost - lostBefore);

        ChaosSale one = await crowd.CreateSaleAsync("one", users / 2, stop);
        foreach (TcpProxy api in stack.ApiProxies)
        {
            api.LoseReplies(Loss, to: "/grabs");
        }

        await crowd.ArriveAsync(one, users, ArrivalsPerSecond, stop);
        foreach (TcpProxy api in stack.ApiProxies)
        {
            api.LoseReplies(0);
        }

        report.Fired("HTTP replies lost", stack.ApiProxies.Sum(proxy => proxy.RepliesLost));
        AuditResult audit = await ChaosAudit.RunAsync(stack, crowd, [two, one], stop);

        int second = audit.Evidence.Sales.Single(sale => sale.Sale == two).Held.Values.Sum(held => held.Count - 1);
        report.Figure("grabs won", crowd.Log.Won);
        report.Figure("second decrements", second);
        report.Figure("winners told no", audit.Count(Invariant.NothingLost));
        audit.MustBeClean();
        second.ShouldBe(0, "one request took two units");
        (stack.RedisProxy.RepliesLost - lostBefore).ShouldBeGreaterThan(0);
        stack.ApiProxies.Sum(proxy => proxy.RepliesLost).ShouldBeGreaterThan(0);
    });

    private static async Task AskOnceEachAsync(Crowd crowd, ChaosSale sale, int users, CancellationToken stop)
    {
        List<Task<GrabAnswer>> asked = [];
        foreach (string user in crowd.NewUsers(users))
        {
            asked.Add(crowd.AskAsync(sale, user, stop));
            await Task.Delay(TimeSpan.FromSeconds(1 / ArrivalsPerSecond), stop);
        }

        await Task.WhenAll(asked);
    }
}
