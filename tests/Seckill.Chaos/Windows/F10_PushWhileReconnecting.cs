using Seckill.Chaos.Audit;
using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;
using Seckill.Local.Faults;
using Shouldly;
using Xunit;

namespace Seckill.Chaos.Windows;

/// <summary>F10: a result is pushed while its listener is between two connections.</summary>
[Trait(Run.Name, Run.Long)]
public sealed class F10_PushWhileReconnecting(SharedStack shared) : WindowTest
{
    private const double ArrivalsPerSecond = 25;

    /// <summary>
    /// Goal: whoever comes back knows what became of the order, whatever was cut meanwhile. Method: every buyer has an open push connection; while orders are made, connections are reset at random, again and
    /// again, a hub's network swallows everything for a while, and each hub is killed with signal 9 and started again. Then every listener's last word on every order is held against MySQL, and its numbers are searched for repetitions that differ and for holes.
    /// </summary>
    [Fact]
    public Task LinksCutAndHubsKilled_NobodyIsLeftWithAStaleOrder() => ProveAsync(async (report, stop) =>
    {
        int listeners = Scale.Of(usual: 200, full: 2_000);
        int cuts = Scale.Of(usual: 300, full: 10_000);
        ChaosStack stack = await shared.StackAsync(stop);
        await using Crowd crowd = new(stack);
        ChaosSale sale = await crowd.CreateSaleAsync("listen", listeners, stop);
        string[] users = crowd.NewUsers(listeners, "listener");
        await crowd.ListenAsync(users, stop);

        Task<GrabAnswer[]> arriving = crowd.ArriveAsync(sale, users, ArrivalsPerSecond, stop);
        long before = stack.HubProxies.Sum(proxy => proxy.Cuts);
        for (int round = 0; stack.HubProxies.Sum(proxy => proxy.Cuts) - before < cuts || !arriving.IsCompleted; round++)
        {
            foreach (TcpProxy proxy in stack.HubProxies)
            {
                proxy.Cut(share: 0.1);
            }

            if (round is 2 or 7)
            {
                // What is pushed now vanishes with the hub none the wiser: only the resume can bring it.
                using (stack.HubProxies[round % 2].BlackHole())
                {
                    report.Fired("hub's network gone");
                    await Task.Delay(TimeSpan.FromSeconds(2), stop);
                }
            }

            if (round is 4 or 9)
            {
                await stack.Hubs[round % 2].KillAsync();
                report.Fired("kill -9 hub");
                await stack.Hubs[round % 2].StartAsync(stop);
            }

            await Task.Delay(400, stop);
        }

        await arriving;
        report.Fired("links cut", stack.HubProxies.Sum(proxy => proxy.Cuts) - before);
        AuditResult audit = await ChaosAudit.RunAsync(stack, crowd, sale, stop);

        double[] delays = [.. Delays(crowd, audit).Order()];
        report.Figure("orders", audit.Orders.Count());
        report.Figure("envelopes", crowd.Log.Listeners.Values.Sum(listener => listener.Received.Count));
        report.Figure("reconnects", crowd.Log.Listeners.Values.Sum(listener => listener.Connects - 1));
        report.Figure("stale final states", audit.Count(Invariant.Told));
        report.Figure("resync p99 s", delays.Length == 0 ? double.NaN : Math.Round(delays[delays.Length * 99 / 100], 2));
        audit.MustBeClean();
        audit.Orders.Count().ShouldBe(listeners);
    });

    // From the order's row to the listener, however many connections lay between.
    private static IEnumerable<double> Delays(Crowd crowd, AuditResult audit)
    {
        foreach (OrderRow order in audit.Orders)
        {
            if (crowd.Log.Listeners[order.User].Received.FirstOrDefault(push => push.OrderId == $"{order.OrderId}") is { } told)
            {
                yield return Math.Max(0, (told.At - order.CreatedAt).TotalSeconds);
            }
        }
    }
}
